-- API keys: who may come in through the gateway, and as whom.

grant usage on schema access to sextant_gateway;
alter default privileges in schema access grant select, insert, update, delete on tables to sextant_gateway;

create table access.api_key (
  key_id uuid not null constraint api_key_pk primary key,
  tenant_id text not null,
  hash bytea not null constraint api_key_hash unique,
  prefix text not null,
  name text,
  role text not null constraint api_key_role check (role in ('viewer', 'editor', 'admin')),
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz
);
comment on table access.api_key is 'Keys of callers. The key itself is stored nowhere.';
comment on column access.api_key.key_id is 'UUIDv7, so ids follow created_at.';
comment on column access.api_key.hash is 'HMAC-SHA256 of the key with a pepper that only the gateways know.';
comment on column access.api_key.prefix is 'The first characters of the key, to tell keys apart on a screen.';
comment on column access.api_key.revoked_at is 'Not null: the key is refused, and listed no more.';

create index api_key_list on access.api_key (tenant_id, key_id) where revoked_at is null;

-- A transaction sees the tenant it set, or all with '*', which authentication needs: it learns the
-- tenant from the key.
alter table access.api_key enable row level security;
create policy tenant on access.api_key
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
