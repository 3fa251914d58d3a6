-- Functions whose arguments are not for Slack; an approval keeps what held when it was opened.
ALTER TABLE "tool" ADD COLUMN "hide_arguments_in_slack" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "approval" ADD COLUMN "hide_arguments_in_slack" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "slack_installation" ADD COLUMN "last_event_at" TIMESTAMPTZ(3);

-- Which page of the waiting requests a person's Home shows, from 0.
ALTER TABLE "slack_home" ADD COLUMN "page" INTEGER NOT NULL DEFAULT 0;
