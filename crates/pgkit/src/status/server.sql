with role as materialized (select pg_is_in_recovery() as standby)
select
    role.standby,
    (select system_identifier::text from pg_control_system()) as system_identifier,
    (select timeline_id from pg_control_checkpoint()) as timeline,
    coalesce(current_setting('cnpg.config_sha256', true), '') as configuration_hash,
    exists (select from pg_settings where pending_restart) as restart_is_pending,
    case when not role.standby then pg_current_wal_lsn()::text end as current_lsn,
    case when not role.standby then pg_walfile_name(pg_current_wal_lsn()) end as current_wal,
    case when role.standby then pg_last_wal_receive_lsn()::text end as received_lsn,
    case when role.standby then pg_last_wal_replay_lsn()::text end as replayed_lsn,
    case when role.standby then pg_is_wal_replay_paused() else false end as replay_paused,
    exists (select from pg_stat_wal_receiver) as wal_receiver,
    coalesce(last_archived_time, '-infinity') > coalesce(last_failed_time, '-infinity') as archiving,
    last_archived_wal,
    (extract(epoch from last_archived_time) * 1000000)::bigint as last_archived,
    last_failed_wal,
    (extract(epoch from last_failed_time) * 1000000)::bigint as last_failed
from role, pg_stat_archiver
