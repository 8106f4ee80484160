//! Annotations: what users ask for with them, and what the operator notes down in them.

// What users, the plugin or other tools set.

/// Instances to fence, on the Cluster: a JSON list of names, or `["*"]`.
pub const FENCED_INSTANCES: &str = "cnpg.io/fencedInstances";
/// Hibernation of a Cluster: [`ON`] or [`OFF`].
pub const HIBERNATION: &str = "cnpg.io/hibernation";
/// With [`DISABLED`] on a Cluster or Backup the operator leaves it alone.
pub const RECONCILIATION_LOOP: &str = "cnpg.io/reconciliationLoop";
/// With [`DISABLED`] on a Cluster or Pooler a changed pod spec alone rolls nothing out.
pub const RECONCILE_POD_SPEC: &str = "cnpg.io/reconcilePodSpec";
/// JSON patch applied to the instance pods of a Cluster.
pub const POD_PATCH: &str = "cnpg.io/podPatch";
/// With [`DISABLED`] the admission checks of an object are skipped.
pub const VALIDATION: &str = "cnpg.io/validation";
/// With [`ENABLED`] on a Cluster no WAL is archived.
pub const SKIP_WAL_ARCHIVING: &str = "cnpg.io/skipWalArchiving";
/// With [`ENABLED`] on a Cluster an archive that is not empty is accepted.
pub const SKIP_EMPTY_WAL_ARCHIVE_CHECK: &str = "cnpg.io/skipEmptyWalArchiveCheck";
/// Value for `coredump_filter` of the postgres processes of a Cluster.
pub const COREDUMP_FILTER: &str = "cnpg.io/coredumpFilter";
/// Time of the last reload that was asked for, on the Cluster.
pub const RELOADED_AT: &str = "cnpg.io/reloadedAt";
/// Time of the last restart that was asked for, on the Cluster and copied to its pods.
pub const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";
/// With [`TRUE`] on a Cluster backups are taken the old way; for tests.
pub const FORCE_LEGACY_BACKUP: &str = "cnpg.io/forceLegacyBackup";
/// With [`ENABLED`] on a basic-auth Secret the password is sent to PostgreSQL verbatim.
pub const PASSWORD_PASSTHROUGH: &str = "cnpg.io/passwordPassthrough";
/// Minutes until a snapshot backup counts as failed, on a Backup or ScheduledBackup.
pub const VOLUME_SNAPSHOT_DEADLINE: &str = "cnpg.io/volumeSnapshotDeadline";
/// On a pod: the instance is lost, delete it with its volumes.
pub const UNRECOVERABLE: &str = "alpha.cnpg.io/unrecoverable";
/// With [`TRUE`] on a Cluster its instances serve profiles.
pub const ENABLE_INSTANCE_PPROF: &str = "alpha.cnpg.io/enableInstancePprof";
/// The older form of `probes.liveness.isolationCheck`, as JSON.
pub const LIVENESS_PINGER: &str = "alpha.cnpg.io/livenessPinger";
/// The older form of `postgresql.synchronous.failoverQuorum`.
pub const FAILOVER_QUORUM: &str = "alpha.cnpg.io/failoverQuorum";
/// Start of the names that give a container its AppArmor profile.
pub const APPARMOR_PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";

// What the operator and the instances write.

/// Version of the operator that wrote an object.
pub const OPERATOR_VERSION: &str = "cnpg.io/operatorVersion";
/// Serial number of an instance, on its pod and volume claims.
pub const NODE_SERIAL: &str = "cnpg.io/nodeSerial";
/// The generated pod spec as JSON, the base for finding drift.
pub const POD_SPEC: &str = "cnpg.io/podSpec";
/// Deprecated hash of the environment of a pod.
pub const POD_ENV_HASH: &str = "cnpg.io/podEnvHash";
/// State of a volume claim: `initializing`, `ready` or `detached`.
pub const PVC_STATUS: &str = "cnpg.io/pvcStatus";
/// Reserved hash of an object.
pub const HASH: &str = "cnpg.io/hash";
/// Hash of the pooler spec, on its Deployment and Service.
pub const POOLER_SPEC_HASH: &str = "cnpg.io/poolerSpecHash";
/// The Service spec that was proposed last, as JSON.
pub const LAST_APPLIED_SPEC: &str = "cnpg.io/lastAppliedSpec";
/// How an additional Service is changed: `patch` or `replace`.
pub const UPDATE_STRATEGY: &str = "cnpg.io/updateStrategy";
/// Pull secrets that the operator put into a ServiceAccount, as a JSON list.
pub const MANAGED_SECRETS: &str = "cnpg.io/managedSecrets";
/// The Cluster as JSON, on a volume snapshot.
pub const CLUSTER_MANIFEST: &str = "cnpg.io/clusterManifest";
/// The older name of [`CLUSTER_MANIFEST`].
pub const LEGACY_CLUSTER_MANIFEST: &str = "cnpg.io/hibernateClusterManifest";
/// Output of `pg_controldata`, on a volume snapshot.
pub const PG_CONTROLDATA: &str = "cnpg.io/pgControldata";
/// The older name of [`PG_CONTROLDATA`].
pub const LEGACY_PG_CONTROLDATA: &str = "cnpg.io/hibernatePgControlData";
/// Whether a volume snapshot was taken from a running server.
pub const ONLINE_BACKUP: &str = "cnpg.io/onlineBackup";
/// First WAL file that a volume snapshot needs.
pub const BACKUP_START_WAL: &str = "cnpg.io/backupStartWAL";
/// Last WAL file that a volume snapshot needs.
pub const BACKUP_END_WAL: &str = "cnpg.io/backupEndWAL";
/// Start of the backup that a volume snapshot belongs to.
pub const BACKUP_START_TIME: &str = "cnpg.io/backupStartTime";
/// End of the backup that a volume snapshot belongs to.
pub const BACKUP_END_TIME: &str = "cnpg.io/backupEndTime";
/// Time when the snapshot was asked for.
pub const SNAPSHOT_START_TIME: &str = "cnpg.io/snapshotStartTime";
/// Time when the snapshot was ready.
pub const SNAPSHOT_END_TIME: &str = "cnpg.io/snapshotEndTime";
/// The `backup_label` file of a hot snapshot, base64.
pub const BACKUP_LABEL_FILE: &str = "cnpg.io/backupLabelFile";
/// The `tablespace_map` file of a hot snapshot, base64.
pub const BACKUP_TABLESPACE_MAP_FILE: &str = "cnpg.io/backupTablespaceMapFile";

// What the primary Lease carries besides its spec.

/// Which life of which pod holds the Lease: uid of the pod and id of the container.
pub const LEASE_SESSION: &str = "cnpg.io/leaseSession";
/// Who may claim the Lease by waiting: names with commas between them.
pub const LEASE_ELECTORS: &str = "cnpg.io/leaseElectors";
/// Where the log of the last holder ended: its name, the timeline and the position.
pub const LEASE_HAND_OVER: &str = "cnpg.io/leaseHandOver";
/// Counts the renewals, so that each is a change.
pub const LEASE_RENEWALS: &str = "cnpg.io/leaseRenewals";

// What plugin Services carry.

/// Secret with the client certificate for a plugin.
pub const PLUGIN_CLIENT_SECRET: &str = "cnpg.io/pluginClientSecret";
/// Secret with the server certificate of a plugin.
pub const PLUGIN_SERVER_SECRET: &str = "cnpg.io/pluginServerSecret";
/// Port of a plugin.
pub const PLUGIN_PORT: &str = "cnpg.io/pluginPort";
/// Name in the server certificate of a plugin; the Service's own name when absent.
pub const PLUGIN_SERVER_NAME: &str = "cnpg.io/pluginServerName";

// Values.

/// Value that turns an annotation on.
pub const ENABLED: &str = "enabled";
/// Value that turns an annotation off.
pub const DISABLED: &str = "disabled";
/// Value of [`HIBERNATION`] for a sleeping cluster.
pub const ON: &str = "on";
/// Value of [`HIBERNATION`] for a cluster that is awake.
pub const OFF: &str = "off";
/// Value of the annotations that hold a boolean.
pub const TRUE: &str = "true";
