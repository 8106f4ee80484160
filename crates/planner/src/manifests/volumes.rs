//! The volumes of an instance and where they are mounted, in the order that drift detection knows.

use api::extension::Extension;
use k8s_openapi::api::core::v1::{
    ConfigMapProjection, DownwardAPIProjection, DownwardAPIVolumeFile, EmptyDirVolumeSource,
    EphemeralVolumeSource, KeyToPath, ObjectFieldSelector, PersistentVolumeClaimVolumeSource,
    ProjectedVolumeSource, ServiceAccountTokenProjection, Volume, VolumeMount, VolumeProjection,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::{Manifests, names};

pub(super) const DATA: &str = "/var/lib/postgresql/data";
pub(super) const WAL: &str = "/var/lib/postgresql/wal";
const TABLESPACES: &str = "/var/lib/postgresql/tablespaces";
pub(super) const EXTENSIONS: &str = "/extensions";

const PGDATA_VOLUME: &str = "pgdata";
const SCRATCH_VOLUME: &str = "scratch-data";
const SHM_VOLUME: &str = "shm";
const WAL_VOLUME: &str = "pg-wal";
pub(super) const PROJECTED_VOLUME: &str = "projected";
pub(super) const ACCESS_VOLUME: &str = "kube-api-access";

/// Mode of files in projected volumes, which the API server would fill in.
const PROJECTED_MODE: i32 = 0o644;
/// Seconds that a token lives; the kubelet renews it long before.
const TOKEN_SECONDS: i64 = 3607;

impl Manifests<'_> {
    /// The volumes of an instance, for its pod and its jobs.
    pub(super) fn volumes(&self, instance: &str) -> Vec<Volume> {
        let spec = &self.cluster.spec;
        let limits = spec.ephemeral_volumes_size_limit.clone().unwrap_or_default();
        let mut all = vec![
            claimed(PGDATA_VOLUME, instance.to_owned()),
            scratch(spec.ephemeral_volume_source.clone(), limits.temporary_data),
            Volume {
                name: SHM_VOLUME.to_owned(),
                empty_dir: Some(EmptyDirVolumeSource {
                    medium: Some("Memory".to_owned()),
                    size_limit: limits.shm,
                    ..EmptyDirVolumeSource::default()
                }),
                ..Volume::default()
            },
        ];
        if spec.wal_storage.is_some() {
            all.push(claimed(WAL_VOLUME, names::wal_claim(instance)));
        }
        all.extend(self.tablespaces().into_iter().map(|tablespace| {
            let claim = names::tablespace_claim(instance, tablespace);
            claimed(&names::tablespace_volume(tablespace), claim)
        }));
        all.extend(self.projected_volume());
        all.push(access());
        all.extend(self.extensions().iter().map(extension));
        all
    }

    /// Where the containers of an instance see its volumes.
    pub(super) fn mounts(&self) -> Vec<VolumeMount> {
        let mut all = vec![
            mount(PGDATA_VOLUME, DATA),
            // One directory, seen twice.
            mount(SCRATCH_VOLUME, "/run"),
            mount(SCRATCH_VOLUME, "/controller"),
            mount(SHM_VOLUME, "/dev/shm"),
        ];
        if self.cluster.spec.wal_storage.is_some() {
            all.push(mount(WAL_VOLUME, WAL));
        }
        if self.cluster.spec.projected_volume_template.is_some() {
            all.push(mount(PROJECTED_VOLUME, "/projected"));
        }
        all.push(VolumeMount {
            read_only: Some(true),
            ..mount(ACCESS_VOLUME, "/var/run/secrets/kubernetes.io/serviceaccount")
        });
        all.extend(self.tablespaces().into_iter().map(|tablespace| {
            mount(&names::tablespace_volume(tablespace), &format!("{TABLESPACES}/{tablespace}"))
        }));
        all.extend(self.extensions().iter().map(|extension| {
            let path = format!("{EXTENSIONS}/{}", extension.name);
            mount(&names::extension_volume(&extension.name), &path)
        }));
        all
    }

    /// The volume of the user's own projections, as the API server would store it.
    pub(super) fn projected_volume(&self) -> Option<Volume> {
        let mut template = self.cluster.spec.projected_volume_template.clone()?;
        template.default_mode.get_or_insert(PROJECTED_MODE);
        Some(projected(PROJECTED_VOLUME, template))
    }

    /// Names of the tablespaces, sorted.
    pub(super) fn tablespaces(&self) -> Vec<&str> {
        let spec = &self.cluster.spec;
        let mut all: Vec<_> =
            spec.tablespaces.iter().map(|tablespace| tablespace.name.as_str()).collect();
        all.sort_unstable();
        all
    }

    /// The extensions that come with the image in use, or the wishes before one is in use.
    fn extensions(&self) -> &[Extension] {
        let status = self.cluster.status.as_ref();
        match status.and_then(|status| status.pgdata_image_info.as_ref()) {
            Some(info) => &info.extensions,
            None => &self.cluster.spec.postgresql.extensions,
        }
    }
}

/// The volume of an extension's image.
pub(super) fn extension(extension: &Extension) -> Volume {
    Volume {
        name: names::extension_volume(&extension.name),
        image: Some(extension.image.clone()),
        ..Volume::default()
    }
}

pub(super) fn mount(volume: &str, path: &str) -> VolumeMount {
    VolumeMount { name: volume.to_owned(), mount_path: path.to_owned(), ..VolumeMount::default() }
}

fn claimed(volume: &str, claim: String) -> Volume {
    Volume {
        name: volume.to_owned(),
        persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
            claim_name: claim,
            ..PersistentVolumeClaimVolumeSource::default()
        }),
        ..Volume::default()
    }
}

fn scratch(ephemeral: Option<EphemeralVolumeSource>, limit: Option<Quantity>) -> Volume {
    let empty_dir = ephemeral
        .is_none()
        .then(|| EmptyDirVolumeSource { size_limit: limit, ..EmptyDirVolumeSource::default() });
    Volume { name: SCRATCH_VOLUME.to_owned(), ephemeral, empty_dir, ..Volume::default() }
}

fn projected(name: &str, source: ProjectedVolumeSource) -> Volume {
    Volume { name: name.to_owned(), projected: Some(source), ..Volume::default() }
}

/// What a client needs to speak to the API server, as the platform would inject it.
fn access() -> Volume {
    let token = VolumeProjection {
        service_account_token: Some(ServiceAccountTokenProjection {
            path: "token".to_owned(),
            expiration_seconds: Some(TOKEN_SECONDS),
            ..ServiceAccountTokenProjection::default()
        }),
        ..VolumeProjection::default()
    };
    let ca = VolumeProjection {
        config_map: Some(ConfigMapProjection {
            name: "kube-root-ca.crt".to_owned(),
            items: Some(vec![KeyToPath {
                key: "ca.crt".to_owned(),
                path: "ca.crt".to_owned(),
                ..KeyToPath::default()
            }]),
            ..ConfigMapProjection::default()
        }),
        ..VolumeProjection::default()
    };
    let namespace = VolumeProjection {
        downward_api: Some(DownwardAPIProjection {
            items: Some(vec![DownwardAPIVolumeFile {
                path: "namespace".to_owned(),
                field_ref: Some(ObjectFieldSelector {
                    api_version: Some("v1".to_owned()),
                    field_path: "metadata.namespace".to_owned(),
                }),
                ..DownwardAPIVolumeFile::default()
            }]),
        }),
        ..VolumeProjection::default()
    };
    projected(
        ACCESS_VOLUME,
        ProjectedVolumeSource {
            default_mode: Some(PROJECTED_MODE),
            sources: Some(vec![token, ca, namespace]),
            ..ProjectedVolumeSource::default()
        },
    )
}
