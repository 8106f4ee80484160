//! Labels of generated objects, and the values that are fixed.

/// Name of the cluster; on every object of a cluster.
pub const CLUSTER: &str = "cnpg.io/cluster";
/// Name of the instance; on pods, jobs and their pods, and volume claims.
pub const INSTANCE_NAME: &str = "cnpg.io/instanceName";
/// What a pod is for: [`POD_ROLE_INSTANCE`] or [`POD_ROLE_POOLER`]; job pods have none.
pub const POD_ROLE: &str = "cnpg.io/podRole";
/// Whether an instance is the primary, a replica, or an unhealthy former primary.
pub const INSTANCE_ROLE: &str = "cnpg.io/instanceRole";
/// The older name of [`INSTANCE_ROLE`]: always the same value, and it wins when reading.
pub const LEGACY_INSTANCE_ROLE: &str = "role";
/// What a job does; on jobs and their pods.
pub const JOB_ROLE: &str = "cnpg.io/jobRole";
/// What a volume holds; a label on claims, an annotation on snapshots.
pub const PVC_ROLE: &str = "cnpg.io/pvcRole";
/// Name of the tablespace; on its volume claims and snapshots.
pub const TABLESPACE_NAME: &str = "cnpg.io/tablespaceName";
/// Name of the pooler; on its objects and pods.
pub const POOLER_NAME: &str = "cnpg.io/poolerName";
/// Makes the operator watch a ConfigMap or Secret; presence is enough, the value is `"true"`.
pub const RELOAD: &str = "cnpg.io/reload";
/// Whose credentials a secret holds: [`USER_TYPE_APP`] or [`USER_TYPE_SUPERUSER`].
pub const USER_TYPE: &str = "cnpg.io/userType";
/// Marks additional services that the operator keeps in sync.
pub const IS_MANAGED: &str = "cnpg.io/isManaged";
/// Whether a scheduled backup was the immediate one.
pub const IMMEDIATE_BACKUP: &str = "cnpg.io/immediateBackup";
/// Name of the schedule that a backup comes from.
pub const SCHEDULED_BACKUP: &str = "cnpg.io/scheduled-backup";
/// Name of the backup that a volume snapshot belongs to.
pub const BACKUP_NAME: &str = "cnpg.io/backupName";
/// PostgreSQL major version of a volume snapshot.
pub const MAJOR_VERSION: &str = "cnpg.io/majorVersion";
/// Timeline of a volume snapshot.
pub const BACKUP_TIMELINE: &str = "cnpg.io/backupTimeline";
/// Day of a volume snapshot, as `YYYYMMDD`.
pub const BACKUP_DATE: &str = "cnpg.io/backupDate";
/// Month of a volume snapshot, as `YYYYMM`.
pub const BACKUP_MONTH: &str = "cnpg.io/backupMonth";
/// Year of a volume snapshot, as `YYYY`.
pub const BACKUP_YEAR: &str = "cnpg.io/backupYear";
/// Name of the plugin that a Service of the operator namespace leads to.
pub const PLUGIN_NAME: &str = "cnpg.io/pluginName";

/// The program that made an object; always [`MANAGER`] for ours.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The application; [`APP_NAME`] for what belongs to a database.
pub const NAME: &str = "app.kubernetes.io/name";
/// The part of the application: [`COMPONENT_DATABASE`] or [`COMPONENT_POOLER`].
pub const COMPONENT: &str = "app.kubernetes.io/component";
/// The cluster, or the pooler on its PodMonitor.
pub const INSTANCE: &str = "app.kubernetes.io/instance";
/// The PostgreSQL major version.
pub const VERSION: &str = "app.kubernetes.io/version";

/// Value of [`POD_ROLE`] for database pods.
pub const POD_ROLE_INSTANCE: &str = "instance";
/// Value of [`POD_ROLE`] for pooler pods and objects.
pub const POD_ROLE_POOLER: &str = "pooler";
/// Value of [`INSTANCE_ROLE`] for the primary.
pub const ROLE_PRIMARY: &str = "primary";
/// Value of [`INSTANCE_ROLE`] for a replica.
pub const ROLE_REPLICA: &str = "replica";
/// Value of [`INSTANCE_ROLE`] for the old primary while its role moves.
pub const ROLE_UNHEALTHY: &str = "unhealthy";
/// Value of [`PVC_ROLE`] for the data directory.
pub const PVC_ROLE_DATA: &str = "PG_DATA";
/// Value of [`PVC_ROLE`] for a separate WAL volume.
pub const PVC_ROLE_WAL: &str = "PG_WAL";
/// Value of [`PVC_ROLE`] for a tablespace.
pub const PVC_ROLE_TABLESPACE: &str = "PG_TABLESPACE";
/// Value of [`USER_TYPE`] for the application user.
pub const USER_TYPE_APP: &str = "app";
/// Value of [`USER_TYPE`] for the superuser.
pub const USER_TYPE_SUPERUSER: &str = "superuser";
/// Value of [`MANAGED_BY`], and of [`NAME`] on the operator's own objects.
pub const MANAGER: &str = "cloudnative-pg";
/// Value of [`NAME`] on database and pooler objects.
pub const APP_NAME: &str = "postgresql";
/// Value of [`COMPONENT`] for databases.
pub const COMPONENT_DATABASE: &str = "database";
/// Value of [`COMPONENT`] for poolers.
pub const COMPONENT_POOLER: &str = "pooler";
/// Value of the labels that only say yes.
pub const TRUE: &str = "true";
