-- Published: the attributes of customers. Each schema has a view of its rows in segment_view, named like its
-- table, with the customer as text in "customer.text"; this one says which fields they have. A schema of
-- which a customer may have several rows says nothing that could be called an attribute.

create view segments.attribute_v1 with (security_barrier) as
select s.tenant_id, s.table_name as view_name, f.name, f.data_type
from segments.schema_definition s
join segments.schema_field k
  on k.tenant_id = s.tenant_id and k.schema_id = s.schema_id and k.name = s.customer_key and k.is_primary_key
join segments.schema_field f on f.tenant_id = s.tenant_id and f.schema_id = s.schema_id
where s.entity_type = 'customer' and s.tenant_id = (select current_setting('sextant.tenant', true));
comment on view segments.attribute_v1 is 'Attributes of the tenant''s customers, with the views in segment_view that hold them.';

grant select on segments.attribute_v1 to sextant_journeys;
