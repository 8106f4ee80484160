-- Ends every session of a client but our own; the count is that of the sessions told to end.
select count(*) filter (where pg_terminate_backend(pid))
from pg_stat_activity
where backend_type = 'client backend'
    and pid <> pg_backend_pid()
