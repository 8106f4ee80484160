select
    name,
    setting as running,
    coalesce(
        (
            select file.setting
            from pg_file_settings as file
            where file.name = server.name and not file.applied
            order by file.seqno desc
            limit 1
        ),
        boot_val
    ) as wanted
from pg_settings as server
where pending_restart
order by name
