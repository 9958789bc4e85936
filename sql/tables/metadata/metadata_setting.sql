-- metadata_setting: thresholds, windows, the zone of days, counters of this database.
-- grain: name
create table metadata_setting (
  name text primary key,
  value text not null
) strict, without rowid;
