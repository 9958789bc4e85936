-- metadata_tool: dictionary of tool names.
-- grain: name
create table metadata_tool (
  tool_id integer primary key,
  name text not null unique
) strict;
