//! What talks to Kubernetes.
