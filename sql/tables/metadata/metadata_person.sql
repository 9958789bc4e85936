-- metadata_person: who authors commits and runs sessions; the identities stay on this machine.
-- grain: person_id
create table metadata_person (
  person_id text primary key,       -- 'me', else the start of SHA-256 of the lower-cased e-mail
  identities text not null,         -- JSON list of e-mails
  is_me integer not null,
  is_bot integer not null
) strict, without rowid;
