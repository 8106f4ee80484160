select
    current_setting('server_version') as full,
    current_setting('server_version_num')::int as number,
    pg_is_in_recovery() as standby,
    current_setting('synchronous_standby_names') as names,
    max(setting::float8) filter (where name = 'wal_segment_size') as segment,
    max(setting::float8) filter (where name = 'min_wal_size') as min,
    max(setting::float8) filter (where name = 'max_wal_size') as max,
    max(setting::float8) filter (where name = 'wal_keep_size') as keep,
    max(setting::float8) filter (where name = 'max_slot_wal_keep_size') as slots_max
from pg_settings
where name in ('wal_segment_size', 'min_wal_size', 'max_wal_size', 'wal_keep_size', 'max_slot_wal_keep_size')
