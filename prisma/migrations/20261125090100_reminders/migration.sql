-- When those who may still decide were last reminded.
ALTER TABLE "approval" ADD COLUMN "reminded_at" TIMESTAMPTZ(3);
