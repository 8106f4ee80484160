select
    pg_is_in_recovery() as standby,
    pg_last_wal_receive_lsn()::text as received,
    pg_last_wal_replay_lsn()::text as replayed,
    -- The control file knows of a new timeline only at the next restart point or flush; the
    -- receiver knows what it writes to.
    greatest(
        (select timeline_id from pg_control_checkpoint()),
        (select min_recovery_end_timeline from pg_control_recovery()),
        (select received_tli from pg_stat_wal_receiver)
    ) as timeline,
    (select status from pg_stat_wal_receiver) as receiver,
    current_setting('primary_conninfo') <> '' as configured,
    -- It has received, or it waits for more: then it has replayed all that it has.
    pg_last_wal_receive_lsn() is not null or exists (
        select from pg_stat_activity
        where backend_type = 'startup'
        and wait_event in ('RecoveryWalStream', 'RecoveryRetrieveRetryInterval', 'RecoveryWalAll')
    ) as complete,
    (select pid from pg_stat_activity where backend_type = 'startup' limit 1) as startup,
    array(
        select application_name from pg_stat_replication
        where state = 'streaming' and usename = 'streaming_replica'
        order by 1
    ) as streaming
