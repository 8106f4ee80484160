select
    pg_is_in_recovery() as standby,
    current_setting('primary_conninfo') = '' as log_shipping,
    exists (select from pg_stat_wal_receiver) as receiver,
    (select (latest_end_lsn - pg_last_wal_replay_lsn())::bigint from pg_stat_wal_receiver) as lag
