select
    application_name,
    coalesce(state, '') as state,
    sent_lsn::text as sent_lsn,
    write_lsn::text as write_lsn,
    flush_lsn::text as flush_lsn,
    replay_lsn::text as replay_lsn,
    coalesce(write_lag, '0')::text as write_lag,
    coalesce(flush_lag, '0')::text as flush_lag,
    coalesce(replay_lag, '0')::text as replay_lag,
    coalesce(sync_state, '') as sync_state,
    coalesce(sync_priority, 0)::text as sync_priority
from pg_stat_replication
where usename = 'streaming_replica'
    and starts_with(application_name, $1 || '-')
    and substr(application_name, length($1) + 2) ~ '^[0-9]+$'
order by application_name
