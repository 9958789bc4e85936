-- metadata_model: a model as an agent's log names it.
-- grain: provider, name
create table metadata_model (
  model_id integer primary key,
  provider text not null,
  name text not null,
  vendor text,
  family text,
  unique (provider, name)
) strict;
