drop function if exists public.user_search(text);
create function public.user_search(uname text) returns table (usename name, passwd text)
language sql security definer
set search_path = pg_catalog, pg_temp
as 'SELECT usename, passwd FROM pg_catalog.pg_shadow WHERE usename=$1;';
revoke all on function public.user_search(text) from public;
grant execute on function public.user_search(text) to cnpg_pooler_pgbouncer
