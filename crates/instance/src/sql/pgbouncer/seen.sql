-- What is there of what PgBouncer asks for passwords with.
select
    exists (select from pg_roles where rolname = 'cnpg_pooler_pgbouncer') as role_exists,
    exists (
        select from pg_roles
        where rolname = 'cnpg_pooler_pgbouncer'
            and exists (
                select from pg_database as database, aclexplode(database.datacl) as granted
                where database.datname = 'postgres'
                    and granted.grantee = pg_roles.oid
                    and granted.privilege_type = 'CONNECT'
            )
    ) as may_connect,
    exists (
        select from pg_proc
        where pronamespace = 'public'::regnamespace
            and proname = 'user_search'
            and pg_get_function_identity_arguments(oid) = 'uname text'
            and prosecdef
            and btrim(prosrc) = $1
            and proconfig = array['search_path=pg_catalog, pg_temp']
    ) as function_right,
    exists (
        select from pg_proc, pg_roles
        where pronamespace = 'public'::regnamespace
            and proname = 'user_search'
            and rolname = 'cnpg_pooler_pgbouncer'
            and has_function_privilege(pg_roles.oid, pg_proc.oid, 'execute')
    ) as may_call
