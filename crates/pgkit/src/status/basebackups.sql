select
    coalesce(usename::text, '') as usename,
    application_name,
    (extract(epoch from backend_start) * 1000000)::bigint as backend_start,
    phase,
    coalesce(backup_total, 0) as backup_total,
    coalesce(backup_streamed, 0) as backup_streamed,
    pg_size_pretty(coalesce(backup_total, 0)) as backup_total_pretty,
    pg_size_pretty(coalesce(backup_streamed, 0)) as backup_streamed_pretty,
    coalesce(tablespaces_total, 0) as tablespaces_total,
    coalesce(tablespaces_streamed, 0) as tablespaces_streamed
from pg_stat_progress_basebackup join pg_stat_activity using (pid)
where application_name like '%-join'
order by application_name
