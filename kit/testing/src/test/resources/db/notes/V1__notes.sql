grant usage on schema notes to sextant_notes;
create table notes.note (tenant_id text not null, text text not null);
grant select, insert on notes.note to sextant_notes;
alter table notes.note enable row level security;
create policy tenant on notes.note using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
