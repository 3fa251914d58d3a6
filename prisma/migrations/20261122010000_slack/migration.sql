-- Where approvals of an agent are posted: `C…`, or `T…/C…` when several workspaces are connected; null: the default channel.
ALTER TABLE "agent" ADD COLUMN "slack_channel" TEXT;

CREATE TABLE "slack_installation" (
    "id" TEXT NOT NULL,
    "app_id" TEXT,
    "team_id" TEXT,
    "enterprise_id" TEXT,
    "team_name" TEXT NOT NULL,
    "url" TEXT,
    "bot_user_id" TEXT NOT NULL,
    "bot_id" TEXT NOT NULL,
    "scopes" TEXT[],
    "token_cipher" BYTEA,
    "source" TEXT NOT NULL,
    "installed_by" TEXT,
    "status" TEXT NOT NULL DEFAULT 'active',
    "message" TEXT,
    "default_channel" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checked_at" TIMESTAMPTZ(3),
    "last_request_at" TIMESTAMPTZ(3),
    "last_click_at" TIMESTAMPTZ(3),
    "last_delivery_at" TIMESTAMPTZ(3),
    "clock_skew_ms" INTEGER,
    CONSTRAINT "slack_installation_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "slack_channel" (
    "installation_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT,
    "private" BOOLEAN,
    "member" BOOLEAN,
    "archived" BOOLEAN,
    "shared" BOOLEAN,
    "problem" TEXT,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "slack_channel_pkey" PRIMARY KEY ("installation_id", "id")
);

CREATE TABLE "slack_user_link" (
    "id" TEXT NOT NULL,
    "installation_id" TEXT NOT NULL,
    "slack_scope_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "email_at_link" TEXT,
    "status" TEXT NOT NULL DEFAULT 'active',
    "verified_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_ok" TIMESTAMPTZ(3),
    CONSTRAINT "slack_user_link_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "slack_link_token" (
    "hash" TEXT NOT NULL,
    "installation_id" TEXT NOT NULL,
    "slack_scope_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "slack_link_token_pkey" PRIMARY KEY ("hash")
);

CREATE TABLE "slack_oauth_state" (
    "hash" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "nonce" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "slack_oauth_state_pkey" PRIMARY KEY ("hash")
);

CREATE TABLE "slack_message" (
    "id" TEXT NOT NULL,
    "approval_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "installation_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "destination" TEXT NOT NULL,
    "channel" TEXT,
    "ts" TEXT,
    "state" TEXT NOT NULL DEFAULT 'new',
    "rendered_hash" TEXT,
    "rendered_key" TEXT,
    "settled" BOOLEAN NOT NULL DEFAULT false,
    "claim" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "dirty" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "sent_at" TIMESTAMPTZ(3),
    "next_try" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "slack_message_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "slack_thread_note" (
    "message_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'new',
    "ts" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "slack_thread_note_pkey" PRIMARY KEY ("message_id", "key")
);

CREATE TABLE "slack_wait" (
    "installation_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "slack_wait_pkey" PRIMARY KEY ("installation_id", "key")
);

CREATE TABLE "slack_seen" (
    "key" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "slack_seen_pkey" PRIMARY KEY ("key")
);

CREATE TABLE "slack_home" (
    "installation_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "published_hash" TEXT,
    "published_at" TIMESTAMPTZ(3),
    CONSTRAINT "slack_home_pkey" PRIMARY KEY ("installation_id", "slack_user_id")
);

CREATE INDEX "slack_user_link_user_id_idx" ON "slack_user_link"("user_id");
CREATE UNIQUE INDEX "slack_user_link_installation_id_slack_user_id_key" ON "slack_user_link"("installation_id", "slack_user_id");
CREATE UNIQUE INDEX "slack_user_link_installation_id_user_id_key" ON "slack_user_link"("installation_id", "user_id");
CREATE INDEX "slack_message_run_id_idx" ON "slack_message"("run_id");
CREATE INDEX "slack_message_installation_id_channel_ts_idx" ON "slack_message"("installation_id", "channel", "ts");
CREATE INDEX "slack_message_approval_id_idx" ON "slack_message"("approval_id");
CREATE INDEX "slack_seen_expires_at_idx" ON "slack_seen"("expires_at");

ALTER TABLE "slack_channel" ADD CONSTRAINT "slack_channel_installation_id_fkey" FOREIGN KEY ("installation_id") REFERENCES "slack_installation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_user_link" ADD CONSTRAINT "slack_user_link_installation_id_fkey" FOREIGN KEY ("installation_id") REFERENCES "slack_installation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_user_link" ADD CONSTRAINT "slack_user_link_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_link_token" ADD CONSTRAINT "slack_link_token_installation_id_fkey" FOREIGN KEY ("installation_id") REFERENCES "slack_installation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_message" ADD CONSTRAINT "slack_message_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "slack_message" ADD CONSTRAINT "slack_message_installation_id_fkey" FOREIGN KEY ("installation_id") REFERENCES "slack_installation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_thread_note" ADD CONSTRAINT "slack_thread_note_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "slack_message"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_home" ADD CONSTRAINT "slack_home_installation_id_fkey" FOREIGN KEY ("installation_id") REFERENCES "slack_installation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma cannot say.
ALTER TABLE slack_installation ADD CONSTRAINT slack_installation_place CHECK (team_id IS NOT NULL OR enterprise_id IS NOT NULL),
  ADD CONSTRAINT slack_installation_status CHECK (status IN ('active', 'dead', 'off')),
  ADD CONSTRAINT slack_installation_source CHECK (source IN ('environment', 'settings', 'oauth'));
-- One app serves all; so one workspace, or one organisation, is connected once. A reinstallation takes the row over.
CREATE UNIQUE INDEX slack_installation_place_key ON slack_installation (coalesce(team_id, enterprise_id));
ALTER TABLE slack_user_link ADD CONSTRAINT slack_user_link_status CHECK (status IN ('active', 'frozen')),
  ADD CONSTRAINT slack_user_link_method CHECK (method IN ('link', 'sign_in', 'email', 'admin'));
ALTER TABLE slack_oauth_state ADD CONSTRAINT slack_oauth_state_kind CHECK (kind IN ('install', 'sign_in'));
ALTER TABLE slack_message ADD CONSTRAINT slack_message_state CHECK (state IN ('new', 'sending', 'live', 'broken', 'lost')),
  ADD CONSTRAINT slack_message_kind CHECK (kind IN ('channel', 'direct', 'adopted')),
  ADD CONSTRAINT slack_message_live_has_place CHECK (state <> 'live' OR (channel IS NOT NULL AND ts IS NOT NULL));
ALTER TABLE slack_thread_note ADD CONSTRAINT slack_thread_note_state CHECK (state IN ('new', 'sending', 'posted', 'lost'));
-- A destination gets one copy from us; further copies of it, after an unclear post, are adopted when somebody clicks on them.
CREATE UNIQUE INDEX slack_message_destination ON slack_message (approval_id, installation_id, destination) WHERE kind <> 'adopted';
CREATE UNIQUE INDEX slack_message_place ON slack_message (installation_id, channel, ts) WHERE ts IS NOT NULL;
-- What the sweep looks at, however many copies there have ever been.
CREATE INDEX slack_message_open ON slack_message (updated_at) WHERE NOT settled AND state IN ('new', 'sending', 'live');
