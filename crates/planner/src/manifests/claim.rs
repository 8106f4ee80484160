//! The volume claims of an instance.

use api::cluster::recovery::RecoverySnapshots;
use api::cluster::storage::Storage;
use api::{annotations, labels};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, TypedLocalObjectReference};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::metadata::map;
use super::{Manifests, names};

/// What a volume holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimKind {
    Data,
    Wal,
    /// A tablespace, by its name in PostgreSQL.
    Tablespace(String),
}

/// What is known about the contents of a volume; the value of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimStatus {
    /// A job fills it.
    Initializing,
    /// An instance may start on it.
    Ready,
    /// It was taken out of the cluster.
    Detached,
}

impl ClaimStatus {
    /// The word in the annotation.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initializing => "initializing",
            Self::Ready => "ready",
            Self::Detached => "detached",
        }
    }
}

impl ClaimKind {
    /// The word in the label.
    #[must_use]
    pub fn role(&self) -> &'static str {
        match self {
            Self::Data => labels::PVC_ROLE_DATA,
            Self::Wal => labels::PVC_ROLE_WAL,
            Self::Tablespace(_) => labels::PVC_ROLE_TABLESPACE,
        }
    }

    /// Name of the claim of an instance.
    #[must_use]
    pub fn name(&self, instance: &str) -> String {
        match self {
            Self::Data => instance.to_owned(),
            Self::Wal => names::wal_claim(instance),
            Self::Tablespace(tablespace) => names::tablespace_claim(instance, tablespace),
        }
    }

    /// What is known about a claim that was just made: only data has to be put there first.
    #[must_use]
    pub fn first_status(&self) -> ClaimStatus {
        match self {
            Self::Data => ClaimStatus::Initializing,
            Self::Wal | Self::Tablespace(_) => ClaimStatus::Ready,
        }
    }
}

impl Manifests<'_> {
    /// The volumes that each instance has to have.
    #[must_use]
    pub fn claim_kinds(&self) -> Vec<ClaimKind> {
        let mut all = vec![ClaimKind::Data];
        all.extend(self.cluster.spec.wal_storage.is_some().then_some(ClaimKind::Wal));
        let tablespaces = self.tablespaces().into_iter();
        all.extend(tablespaces.map(|name| ClaimKind::Tablespace(name.to_owned())));
        all
    }

    /// All claims of a new instance, filled from snapshots where there are some.
    #[must_use]
    pub fn claims(
        &self,
        serial: u32,
        sources: Option<&RecoverySnapshots>,
    ) -> Vec<PersistentVolumeClaim> {
        let kinds = self.claim_kinds();
        kinds.iter().map(|kind| self.claim(serial, kind, kind.first_status(), sources)).collect()
    }

    /// One claim of an instance.
    #[must_use]
    pub fn claim(
        &self,
        serial: u32,
        kind: &ClaimKind,
        status: ClaimStatus,
        sources: Option<&RecoverySnapshots>,
    ) -> PersistentVolumeClaim {
        let instance = self.instance(serial);
        let mut own = self.storage_labels();
        own.extend(map([
            (labels::INSTANCE_NAME, instance.as_str()),
            (labels::PVC_ROLE, kind.role()),
        ]));
        if let ClaimKind::Tablespace(tablespace) = kind {
            own.insert(labels::TABLESPACE_NAME.to_owned(), tablespace.clone());
        }
        let mut metadata = self.metadata(kind.name(&instance), own);
        metadata.annotations.get_or_insert_default().extend(map([
            (annotations::NODE_SERIAL, &serial.to_string()),
            (annotations::PVC_STATUS, status.as_str()),
        ]));
        let storage = self.storage(kind).cloned().unwrap_or_default();
        let source = sources.and_then(|sources| source(kind, sources)).cloned();
        PersistentVolumeClaim {
            metadata,
            spec: Some(claim_spec(storage, source)),
            ..PersistentVolumeClaim::default()
        }
    }

    /// A claim that nobody owned, taken into the cluster: its data is ready and awake.
    #[must_use]
    pub fn adopted(&self, mut claim: PersistentVolumeClaim) -> PersistentVolumeClaim {
        let meta = &mut claim.metadata;
        meta.owner_references = Some(vec![self.owner(super::metadata::Deletion::Free)]);
        let notes = meta.annotations.get_or_insert_default();
        for asleep in [
            annotations::HIBERNATION,
            annotations::LEGACY_CLUSTER_MANIFEST,
            annotations::LEGACY_PG_CONTROLDATA,
        ] {
            notes.remove(asleep);
        }
        let ready = ClaimStatus::Ready.as_str().to_owned();
        notes.insert(annotations::PVC_STATUS.to_owned(), ready);
        self.inherit(meta);
        claim
    }

    /// The size that a claim should ask for, if the cluster names one.
    #[must_use]
    pub fn claim_size(&self, kind: &ClaimKind) -> Option<Quantity> {
        let spec = claim_spec(self.storage(kind)?.clone(), None);
        spec.resources?.requests?.remove("storage")
    }

    fn storage(&self, kind: &ClaimKind) -> Option<&Storage> {
        let spec = &self.cluster.spec;
        match kind {
            ClaimKind::Data => Some(&spec.storage),
            ClaimKind::Wal => spec.wal_storage.as_ref(),
            ClaimKind::Tablespace(name) => {
                let mut all = spec.tablespaces.iter();
                all.find(|tablespace| tablespace.name == *name)
                    .map(|tablespace| &tablespace.storage)
            }
        }
    }
}

fn claim_spec(
    storage: Storage,
    source: Option<TypedLocalObjectReference>,
) -> k8s_openapi::api::core::v1::PersistentVolumeClaimSpec {
    let mut spec = storage.pvc_template.unwrap_or_default();
    if storage.storage_class.is_some() {
        spec.storage_class_name = storage.storage_class;
    }
    if let Some(size) = storage.size {
        let requests = spec.resources.get_or_insert_default().requests.get_or_insert_default();
        requests.insert("storage".to_owned(), Quantity(size));
    }
    if source.is_some() {
        spec.data_source = source;
    }
    if spec.access_modes.as_ref().is_none_or(Vec::is_empty) {
        spec.access_modes = Some(vec!["ReadWriteOnce".to_owned()]);
    }
    spec
}

fn source<'s>(
    kind: &ClaimKind,
    sources: &'s RecoverySnapshots,
) -> Option<&'s TypedLocalObjectReference> {
    match kind {
        ClaimKind::Data => Some(&sources.storage),
        ClaimKind::Wal => sources.wal_storage.as_ref(),
        ClaimKind::Tablespace(name) => sources.tablespace_storage.get(name),
    }
}
