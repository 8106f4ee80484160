-- Ends every session of a client, but none of our own that come over the socket; the count is that
-- of the sessions told to end.
select count(*) filter (where pg_terminate_backend(pid))
from pg_stat_activity
where backend_type = 'client backend'
    and pid <> pg_backend_pid()
    and not (
        client_addr is null
        and (application_name = 'cnpg-instance-manager' or usename = 'cnpg_metrics_exporter')
    )
