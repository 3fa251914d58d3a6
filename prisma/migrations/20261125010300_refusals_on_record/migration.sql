-- Each minute of refused deliveries leaves one entry in the history for each reason, once the minute is over.

-- AlterTable
ALTER TABLE "webhook_refusal" ADD COLUMN "recorded" BOOLEAN NOT NULL DEFAULT false;

-- Those of before the history kept them stay what they are.
UPDATE webhook_refusal SET recorded = true;

CREATE INDEX webhook_refusal_unrecorded ON webhook_refusal (minute) WHERE NOT recorded;
