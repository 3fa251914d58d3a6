-- When nobody writes to a person: days, from, to, time zone.
ALTER TABLE "user" ADD COLUMN "quiet_hours" JSONB;
