//! A real Kubernetes on this machine: control plane, nodes, images, storage, faults.

pub mod images;
pub mod layout;
