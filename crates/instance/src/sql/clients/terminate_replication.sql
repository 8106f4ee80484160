-- Ends replication to those whose names begin with a prefix.
select count(*) filter (where pg_terminate_backend(pid))
from pg_stat_replication
where starts_with(application_name, $1)
