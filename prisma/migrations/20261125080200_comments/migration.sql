-- What people say about a request. It never decides anything. A deleted one keeps its place and loses its words.
CREATE TABLE "approval_comment" (
    "id" TEXT NOT NULL,
    "approval_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "surface" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "slack_installation_id" TEXT,
    "slack_channel" TEXT,
    "slack_thread_ts" TEXT,
    "slack_ts" TEXT,

    CONSTRAINT "approval_comment_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "approval_comment_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "approval_comment_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "approval_comment_surface" CHECK ("surface" IN ('web', 'slack', 'api')),
    CONSTRAINT "approval_comment_deleted" CHECK ("deleted_at" IS NULL OR "text" = ''),
    CONSTRAINT "approval_comment_slack" CHECK (("slack_ts" IS NULL) = ("slack_channel" IS NULL) AND ("slack_ts" IS NULL) = ("slack_thread_ts" IS NULL) AND ("slack_ts" IS NULL) = ("slack_installation_id" IS NULL))
);
CREATE INDEX "approval_comment_approval_id_created_at_idx" ON "approval_comment"("approval_id", "created_at");
CREATE INDEX "approval_comment_user_id_idx" ON "approval_comment"("user_id");
CREATE UNIQUE INDEX "approval_comment_slack_installation_id_slack_channel_slack_t_key" ON "approval_comment"("slack_installation_id", "slack_channel", "slack_ts");
