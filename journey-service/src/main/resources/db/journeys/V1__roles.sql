grant usage on schema journeys to sextant_journeys;
alter default privileges in schema journeys grant select, insert, update, delete on tables to sextant_journeys;
