//! Persistent volumes as the machine sees them: a file, a loop device, a mount.
//!
//! The provisioner in `tests/rig/provisioner` makes them; this finds them again, for faults and for
//! tests that look at a disk from outside.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::Api;
use nix::sys::statvfs::statvfs;

use super::Rig;
use super::layout::Layout;

/// The storage class of the rig, which is the default one.
pub const CLASS: &str = "standard";

/// The smallest volume there is; who asks for less gets and sees this much.
pub const SMALLEST: u64 = 300 << 20;

/// A persistent volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Its name in Kubernetes.
    pub name: String,
    /// The sparse file that is the disk.
    pub image: PathBuf,
    /// Where it is mounted on the machine.
    pub mount: PathBuf,
}

/// How full a volume is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    pub size: u64,
    pub available: u64,
}

impl Volume {
    /// The volume of this name, whether it exists or not.
    #[must_use]
    pub fn named(layout: &Layout, name: &str) -> Self {
        let folder = layout.volumes();
        let image = folder.join(format!("{name}.img"));
        Self { name: name.to_owned(), image, mount: folder.join(name) }
    }

    /// The volume that a claim is bound to.
    ///
    /// # Errors
    /// If there is no such claim, or it has no volume yet.
    pub async fn of_claim(rig: &Rig, namespace: &str, claim: &str) -> Result<Self> {
        let api: Api<PersistentVolumeClaim> = Api::namespaced(rig.client(), namespace);
        let spec = api.get(claim).await?.spec;
        let name = spec.and_then(|spec| spec.volume_name);
        let name = name.with_context(|| format!("the claim {namespace}/{claim} has no volume"))?;
        Ok(Self::named(rig.layout(), &name))
    }

    /// The loop device under the file system, if it is mounted.
    #[must_use]
    pub fn device(&self) -> Option<PathBuf> {
        let devices = fs::read_dir("/sys/block").ok()?;
        devices.flatten().find_map(|device| {
            let file = fs::read_to_string(device.path().join("loop/backing_file")).ok()?;
            (Path::new(file.trim_end()) == self.image)
                .then(|| Path::new("/dev").join(device.file_name()))
        })
    }

    /// How full it is.
    ///
    /// # Errors
    /// If it is not there.
    pub fn usage(&self) -> Result<Usage> {
        let found = statvfs(&self.mount).with_context(|| format!("look at {}", self.name))?;
        let block = found.fragment_size();
        Ok(Usage { size: found.blocks() * block, available: found.blocks_available() * block })
    }

    /// Whether anything of it is left on the machine.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.image.exists() || self.mount.exists() || self.device().is_some()
    }
}
