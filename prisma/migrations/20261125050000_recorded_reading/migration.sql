-- SHA-256 of the reading that was last recorded whole: the same one again has nothing to change.
alter table interaction add column reading_hash text;
