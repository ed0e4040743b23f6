grant usage on schema segments to sextant_segments;
alter default privileges in schema segments grant select, insert, update, delete on tables to sextant_segments;
