select
    slot_name::text as slot_name,
    coalesce(plugin::text, '') as plugin,
    coalesce(slot_type, '') as slot_type,
    coalesce(datoid::text, '') as datoid,
    coalesce(database::text, '') as database,
    coalesce(xmin::text, '') as xmin,
    coalesce(catalog_xmin::text, '') as catalog_xmin,
    restart_lsn::text as restart_lsn,
    coalesce(wal_status, '') as wal_status,
    safe_wal_size,
    coalesce(active, false) as active
from pg_replication_slots
order by slot_name
