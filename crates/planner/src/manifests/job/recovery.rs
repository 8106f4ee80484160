//! What jobs that read an object store need besides.

use api::Backup;
use api::object_store::ObjectStore;
use api::references::SecretKeyRef;
use k8s_openapi::api::core::v1::{KeyToPath, PodSpec, SecretVolumeSource, Volume, VolumeMount};

use super::super::Manifests;
use super::super::container::variable;
use super::super::volumes::mount;

const VOLUME: &str = "barman-endpoint-ca";
const FILE: &str = "restore-barman-ca.crt";
const FOLDER: &str = "/controller/certificates";

/// The CA that the server of an object store is checked with.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointCa {
    pub secret: SecretKeyRef,
    /// The variable that the tools for this store read the path of the CA from.
    pub variable: &'static str,
}

impl EndpointCa {
    const AWS: &'static str = "AWS_CA_BUNDLE";
    const AZURE: &'static str = "REQUESTS_CA_BUNDLE";

    fn of(secret: Option<&SecretKeyRef>, azure: bool) -> Option<Self> {
        let secret = secret.filter(|it| !it.name.is_empty() && !it.key.is_empty())?.clone();
        Some(Self { secret, variable: if azure { Self::AZURE } else { Self::AWS } })
    }
}

impl Manifests<'_> {
    /// The CA of the store that the cluster recovers from, which may be that of a given backup.
    #[must_use]
    pub fn recovery_endpoint_ca(&self, backup: Option<&Backup>) -> Option<EndpointCa> {
        let recovery = self.cluster.spec.bootstrap.as_ref()?.recovery.as_ref()?;
        if let Some(named) = &recovery.backup {
            let status = backup.and_then(|backup| backup.status.as_ref());
            let noted = status.and_then(|status| status.endpoint_ca.as_ref());
            let azure = status.is_some_and(|status| status.azure_credentials.is_some());
            return EndpointCa::of(named.endpoint_ca.as_ref().or(noted), azure);
        }
        let source = recovery.source.as_ref()?;
        let external = self.cluster.spec.external_clusters.iter().find(|it| it.name == *source)?;
        let store: &ObjectStore = external.barman_object_store.as_ref()?;
        EndpointCa::of(store.endpoint_ca.as_ref(), store.azure_credentials.is_some())
    }
}

/// Mounts the CA where the tools are told to look for it.
pub(super) fn add_endpoint_ca(pod: &mut PodSpec, ca: Option<&EndpointCa>) {
    let Some(EndpointCa { secret, variable: name }) = ca else { return };
    pod.volumes.get_or_insert_default().push(Volume {
        name: VOLUME.to_owned(),
        secret: Some(SecretVolumeSource {
            secret_name: Some(secret.name.clone()),
            items: Some(vec![KeyToPath {
                key: secret.key.clone(),
                path: FILE.to_owned(),
                ..KeyToPath::default()
            }]),
            ..SecretVolumeSource::default()
        }),
        ..Volume::default()
    });
    let path = format!("{FOLDER}/{FILE}");
    for container in &mut pod.containers {
        container
            .volume_mounts
            .get_or_insert_default()
            .push(VolumeMount { sub_path: Some(FILE.to_owned()), ..mount(VOLUME, &path) });
        container.env.get_or_insert_default().push(variable(name, &path));
    }
}
