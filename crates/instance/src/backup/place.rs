//! The store of the cluster's own backups, and how they are written there.

use api::Cluster;
use api::object_store::ObjectStore;
use objectstore::Store;
use objectstore::base::WriteOptions;

use crate::files::secrets::Secrets;
use crate::state::State;
use crate::store::{self, Purpose, StoreError};

/// Opens the store of the cluster's own backups.
pub(super) async fn open(
    state: &State,
    cluster: &Cluster,
    store: &ObjectStore,
) -> Result<Store, StoreError> {
    let secrets = Secrets::new(state.client().clone(), &state.identity().namespace);
    let name = cluster.metadata.name.as_deref().unwrap_or_default();
    store::open(&secrets, store, name, Purpose::Backup).await
}

/// How a base backup is written.
pub(super) fn write_options(store: &ObjectStore) -> WriteOptions {
    let arguments = store::read_arguments(store, Purpose::Backup);
    let jobs = store.data.as_ref().and_then(|data| data.jobs);
    let default = WriteOptions::default();
    WriteOptions {
        codec: store::data_codec(store),
        level: arguments.compression_level,
        jobs: jobs.and_then(|jobs| usize::try_from(jobs).ok()).unwrap_or(default.jobs),
        max_archive_size: arguments.max_archive_size.unwrap_or(default.max_archive_size),
        min_part_size: arguments.min_chunk_size,
        max_bandwidth: arguments.max_bandwidth,
    }
}
