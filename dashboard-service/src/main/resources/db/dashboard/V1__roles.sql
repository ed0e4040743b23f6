grant usage on schema dashboard to sextant_dashboard;
alter default privileges in schema dashboard grant select, insert, update, delete on tables to sextant_dashboard;
