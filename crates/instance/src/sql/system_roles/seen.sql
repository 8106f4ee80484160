-- What is there of the roles that the operator itself needs.
select
    exists (select from pg_roles where rolname = 'streaming_replica') as replication_exists,
    exists (
        select from pg_roles
        where rolname = 'streaming_replica' and rolcanlogin and rolreplication
    ) as replication_right,
    array(
        select wanted.function
        from unnest($1::text[]) as wanted (function)
        where not exists (
            select from pg_roles
            where rolname = 'streaming_replica'
                and has_function_privilege(oid, wanted.function, 'execute')
        )
    ) as missing_functions,
    exists (select from pg_roles where rolname = 'cnpg_metrics_exporter') as metrics_exists,
    exists (
        select from pg_authid
        where rolname = 'cnpg_metrics_exporter'
            and rolcanlogin and rolinherit and rolpassword is null
            and not (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)
    ) as metrics_right,
    exists (
        select from pg_auth_members
        where roleid = 'pg_monitor'::regrole
            and member = (select oid from pg_roles where rolname = 'cnpg_metrics_exporter')
    ) as metrics_monitors
