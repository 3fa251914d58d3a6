-- Why it was stopped, in the words of whoever stopped it; empty for what was stopped before reasons were asked for.
ALTER TABLE "hold" ADD COLUMN "reason" TEXT NOT NULL DEFAULT '';
