-- All roles but those of PostgreSQL itself. An infinite validity is none.
select
    rolname::text as name,
    rolsuper, rolcreatedb, rolcreaterole, rolinherit, rolcanlogin, rolreplication, rolbypassrls,
    rolconnlimit,
    case
        when isfinite(rolvaliduntil) then (extract(epoch from rolvaliduntil) * 1000000)::int8
    end as valid_until,
    shobj_description(pg_authid.oid, 'pg_authid') as comment,
    array(
        select parent.rolname::text
        from pg_auth_members as membership
        join pg_roles as parent on parent.oid = membership.roleid
        where membership.member = pg_authid.oid
        group by 1
        order by 1
    ) as parents,
    xmin::text::int8 as xmin
from pg_authid
where not starts_with(rolname::text, 'pg_')
order by 1
