-- Moves a slot forward; one that is there already, as a new one may be, cannot go back.
select pg_replication_slot_advance(slot_name, $2::text::pg_lsn)
from pg_replication_slots
where slot_name = $1::text
    and restart_lsn < $2::text::pg_lsn
