-- Who gave more time for it last, and why; null: its deadline is the first one.
ALTER TABLE "approval" ADD COLUMN "extension" JSONB;
