-- Physical slots that outlive their session.
select
    slot_name::text as name,
    active,
    xmin is not null or catalog_xmin is not null as holds_xmin,
    restart_lsn::text as restart_lsn
from pg_replication_slots
where slot_type = 'physical' and not temporary
order by 1
