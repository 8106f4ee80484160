//! The job that moves the data to another major version.

use api::extension::Extension;
use k8s_openapi::api::core::v1::{Container, PodSpec};

use super::super::Manifests;
use super::super::container::MANAGER;
use super::super::volumes::{extension, mount};

/// Where the files of the old version are kept for the new one to read.
const OLD: &str = "/controller/old";
const NEW_EXTENSIONS: &str = "/new-extensions";

/// What an upgrade runs with, old and new.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Upgrade {
    /// The image whose version the data has now.
    pub old_image: String,
    /// Extensions that come with the new image.
    pub new_extensions: Vec<Extension>,
}

pub(super) fn arguments() -> Vec<String> {
    ["upgrade", "execute"]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("{OLD}/bindir.txt")])
        .collect()
}

impl Manifests<'_> {
    /// Adds the step with the old image, and the extensions of the new one.
    pub(super) fn add_upgrade(&self, pod: &mut PodSpec, upgrade: &Upgrade) {
        let mut command: Vec<String> =
            [MANAGER, "instance", "upgrade", "prepare", OLD].map(str::to_owned).into();
        command.extend(self.log_flags());
        let job = pod.hostname.clone().unwrap_or_default();
        pod.init_containers.get_or_insert_default().push(Container {
            name: "prepare".to_owned(),
            image: Some(upgrade.old_image.clone()),
            command: Some(command),
            env: Some(self.env(&job)),
            env_from: self.env_from(),
            volume_mounts: Some(self.mounts()),
            ..self.container()
        });
        for wanted in &upgrade.new_extensions {
            let mut volume = extension(wanted);
            volume.name = format!("new-{}", wanted.name.replace('_', "-"));
            let seen = mount(&volume.name, &format!("{NEW_EXTENSIONS}/{}", wanted.name));
            pod.volumes.get_or_insert_default().push(volume);
            for container in &mut pod.containers {
                container.volume_mounts.get_or_insert_default().push(seen.clone());
            }
        }
    }
}
