-- metadata_repository: a project; two clones of it are one repository.
-- grain: repository_key
create table metadata_repository (
  repository_id integer primary key,
  repository_key text not null unique, -- host/owner/name without credentials, else root:<first commit>, else path:<hash>; folder:<hash> where there is no git
  name text not null,
  mainline_ref text,
  mainline_tip text,
  tip_observed_at integer,
  matched_tip text,                 -- the tip of the mainline when lines were last matched
  first_session_at integer
) strict;
