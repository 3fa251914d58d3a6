-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" TEXT NOT NULL DEFAULT 'viewer',
    "deactivated_at" TIMESTAMPTZ(3),
    "shortcuts" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "last_request" BIGINT NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "scopes" TEXT[],
    "user_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "gemini_webhook" (
    "id" TEXT NOT NULL,
    "uri" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gemini_webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gemini_webhook_secret" (
    "id" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "cipher" BYTEA NOT NULL,
    "truncated" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "gemini_webhook_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "profile" JSONB NOT NULL,
    "target" TEXT NOT NULL,
    "adopt_foreign" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "agent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool" (
    "name" TEXT NOT NULL,
    "tier" INTEGER NOT NULL DEFAULT 2,
    "effect_template" TEXT NOT NULL DEFAULT '',
    "fulfilment" TEXT NOT NULL DEFAULT 'answer',
    "masked_fields" TEXT[],
    "risk_fields" TEXT[],
    "deadline_minutes" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tool_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "run" (
    "id" TEXT NOT NULL,
    "agent_id" TEXT,
    "origin" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "message" TEXT,
    "token" TEXT NOT NULL,
    "requester" TEXT,
    "requester_user_id" TEXT,
    "metadata" JSONB NOT NULL,
    "profile" JSONB,
    "input" JSONB,
    "title" TEXT NOT NULL DEFAULT '',
    "root_interaction_id" TEXT,
    "idempotency_key" TEXT,
    "deadline" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "next_read_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "interaction" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "previous_id" TEXT,
    "position" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "steps" JSONB NOT NULL,
    "output_text" TEXT,
    "environment_id" TEXT,
    "usage" JSONB,
    "errors" JSONB,
    "created" TIMESTAMPTZ(3),
    "updated" TIMESTAMPTZ(3),
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_read_at" TIMESTAMPTZ(3),
    "missing_since" TIMESTAMPTZ(3),

    CONSTRAINT "interaction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pause" (
    "id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "interaction_id" TEXT NOT NULL,
    "resume_status" TEXT NOT NULL DEFAULT 'waiting',
    "message" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "attempt_id" TEXT,
    "claimed_at" TIMESTAMPTZ(3),
    "not_before" TIMESTAMPTZ(3),
    "child_id" TEXT,
    "extra_children" TEXT[],
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pause_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resume_attempt" (
    "id" TEXT NOT NULL,
    "pause_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "results" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "message" TEXT,
    "child_id" TEXT,

    CONSTRAINT "resume_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" TEXT NOT NULL,
    "pause_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "interaction_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "call_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "arguments" JSONB NOT NULL,
    "call_hash" TEXT NOT NULL,
    "schema" JSONB,
    "tier" INTEGER NOT NULL,
    "effect" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "rule_reason" TEXT NOT NULL,
    "policy_version" INTEGER NOT NULL,
    "approvals_needed" INTEGER NOT NULL,
    "rejections_needed" INTEGER NOT NULL,
    "four_eyes" BOOLEAN NOT NULL,
    "fulfilment" TEXT NOT NULL,
    "masked_fields" TEXT[],
    "risk_fields" TEXT[],
    "deadline" TIMESTAMPTZ(3) NOT NULL,
    "deadline_source" TEXT NOT NULL,
    "on_timeout" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ(3),
    "decision" JSONB,
    "undo_until" TIMESTAMPTZ(3),
    "outcome" JSONB,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vote" (
    "id" TEXT NOT NULL,
    "approval_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "user_name" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "call_hash" TEXT NOT NULL,
    "arguments" JSONB,
    "arguments_hash" TEXT NOT NULL,
    "reason" TEXT,
    "next" TEXT,
    "result" JSONB,
    "surface" TEXT NOT NULL,
    "cast_at" TIMESTAMPTZ(3) NOT NULL,
    "voided_at" TIMESTAMPTZ(3),
    "voided_by" TEXT,

    CONSTRAINT "vote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_event" (
    "id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scheme" TEXT NOT NULL,
    "token_hash" TEXT,
    "headers" JSONB NOT NULL,
    "raw_body" BYTEA NOT NULL,
    "type" TEXT,
    "interaction_id" TEXT,
    "run_token" TEXT,
    "run_id" TEXT,
    "processed_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "message" TEXT,

    CONSTRAINT "webhook_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_refusal" (
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "reason" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "webhook_refusal_pkey" PRIMARY KEY ("minute","reason")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "targets" JSONB NOT NULL,
    "context" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "run_id" TEXT,
    "approval_id" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "job_owners" TEXT[],
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "beat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "rate_limit_key_key" ON "rate_limit"("key");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE INDEX "api_key_user_id_idx" ON "api_key"("user_id");

-- CreateIndex
CREATE INDEX "gemini_webhook_secret_webhook_id_idx" ON "gemini_webhook_secret"("webhook_id");

-- CreateIndex
CREATE UNIQUE INDEX "agent_name_key" ON "agent"("name");

-- CreateIndex
CREATE INDEX "agent_target_idx" ON "agent"("target");

-- CreateIndex
CREATE UNIQUE INDEX "run_token_key" ON "run"("token");

-- CreateIndex
CREATE UNIQUE INDEX "run_root_interaction_id_key" ON "run"("root_interaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "run_idempotency_key_key" ON "run"("idempotency_key");

-- CreateIndex
CREATE INDEX "run_created_at_id_idx" ON "run"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "run_status_created_at_id_idx" ON "run"("status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "run_agent_id_created_at_id_idx" ON "run"("agent_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "interaction_run_id_position_idx" ON "interaction"("run_id", "position");

-- CreateIndex
CREATE INDEX "interaction_previous_id_idx" ON "interaction"("previous_id");

-- CreateIndex
CREATE UNIQUE INDEX "pause_interaction_id_key" ON "pause"("interaction_id");

-- CreateIndex
CREATE INDEX "pause_run_id_idx" ON "pause"("run_id");

-- CreateIndex
CREATE UNIQUE INDEX "resume_attempt_pause_id_number_key" ON "resume_attempt"("pause_id", "number");

-- CreateIndex
CREATE INDEX "approval_pause_id_position_idx" ON "approval"("pause_id", "position");

-- CreateIndex
CREATE INDEX "approval_run_id_created_at_idx" ON "approval"("run_id", "created_at");

-- CreateIndex
CREATE INDEX "approval_status_created_at_id_idx" ON "approval"("status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "approval_created_at_id_idx" ON "approval"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "approval_name_created_at_id_idx" ON "approval"("name", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "approval_interaction_id_call_id_key" ON "approval"("interaction_id", "call_id");

-- CreateIndex
CREATE INDEX "vote_approval_id_cast_at_idx" ON "vote"("approval_id", "cast_at");

-- CreateIndex
CREATE INDEX "vote_user_id_cast_at_idx" ON "vote"("user_id", "cast_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_event_token_hash_key" ON "webhook_event"("token_hash");

-- CreateIndex
CREATE INDEX "webhook_event_received_at_id_idx" ON "webhook_event"("received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "webhook_event_run_id_received_at_idx" ON "webhook_event"("run_id", "received_at");

-- CreateIndex
CREATE INDEX "webhook_event_interaction_id_idx" ON "webhook_event"("interaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_id_key" ON "audit_entry"("id");

-- CreateIndex
CREATE INDEX "audit_entry_run_id_seq_idx" ON "audit_entry"("run_id", "seq");

-- CreateIndex
CREATE INDEX "audit_entry_approval_id_seq_idx" ON "audit_entry"("approval_id", "seq");

-- CreateIndex
CREATE INDEX "audit_entry_action_seq_idx" ON "audit_entry"("action", "seq");

-- CreateIndex
CREATE INDEX "audit_entry_actor_id_seq_idx" ON "audit_entry"("actor_id", "seq");

-- CreateIndex
CREATE INDEX "worker_beat_at_idx" ON "worker"("beat_at");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gemini_webhook_secret" ADD CONSTRAINT "gemini_webhook_secret_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "gemini_webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "interaction" ADD CONSTRAINT "interaction_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pause" ADD CONSTRAINT "pause_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pause" ADD CONSTRAINT "pause_interaction_id_fkey" FOREIGN KEY ("interaction_id") REFERENCES "interaction"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resume_attempt" ADD CONSTRAINT "resume_attempt_pause_id_fkey" FOREIGN KEY ("pause_id") REFERENCES "pause"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_pause_id_fkey" FOREIGN KEY ("pause_id") REFERENCES "pause"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vote" ADD CONSTRAINT "vote_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma's schema cannot say.

-- States that cannot be are refused here too; the domain's unions say the same.
ALTER TABLE "user" ADD CONSTRAINT user_role CHECK (role IN ('viewer', 'reviewer', 'auditor', 'admin'));
ALTER TABLE run ADD CONSTRAINT run_origin CHECK (origin IN ('started', 'registered', 'adopted', 'foreign')),
  ADD CONSTRAINT run_status CHECK (status IN ('running', 'paused', 'completed', 'failed', 'cancelled', 'incomplete', 'lost', 'unclear'));
ALTER TABLE pause ADD CONSTRAINT pause_resume_status
    CHECK (resume_status IN ('waiting', 'ready', 'sending', 'resumed', 'unclear', 'refused', 'lost', 'closed')),
  ADD CONSTRAINT pause_sending_has_attempt CHECK (resume_status <> 'sending' OR (attempt_id IS NOT NULL AND claimed_at IS NOT NULL)),
  ADD CONSTRAINT pause_resumed_has_child CHECK (resume_status <> 'resumed' OR child_id IS NOT NULL);
ALTER TABLE approval ADD CONSTRAINT approval_status
    CHECK (status IN ('pending', 'approved', 'rejected', 'answered', 'expired', 'superseded')),
  ADD CONSTRAINT approval_tier CHECK (tier BETWEEN 0 AND 4),
  ADD CONSTRAINT approval_fulfilment CHECK (fulfilment IN ('answer', 'manual')),
  ADD CONSTRAINT approval_needs CHECK (approvals_needed >= 1 AND rejections_needed >= 1),
  ADD CONSTRAINT approval_decision_stands CHECK ((status = 'pending') = (decision IS NULL) AND (status = 'pending') = (decided_at IS NULL)),
  ADD CONSTRAINT approval_hash CHECK (call_hash ~ '^[0-9a-f]{64}$');
ALTER TABLE tool ADD CONSTRAINT tool_tier CHECK (tier BETWEEN 0 AND 4), ADD CONSTRAINT tool_fulfilment CHECK (fulfilment IN ('answer', 'manual'));
ALTER TABLE vote ADD CONSTRAINT vote_verdict CHECK (verdict IN ('approve', 'reject', 'answer')),
  ADD CONSTRAINT vote_surface CHECK (surface IN ('web', 'slack', 'api')),
  ADD CONSTRAINT vote_rejection_has_reason CHECK (verdict <> 'reject' OR (reason IS NOT NULL AND next IS NOT NULL)),
  ADD CONSTRAINT vote_answer_has_result CHECK (verdict <> 'answer' OR result IS NOT NULL);

-- Nobody votes twice: one live vote a person.
CREATE UNIQUE INDEX vote_one_live_a_person ON vote (approval_id, user_id) WHERE voided_at IS NULL;

-- The inbox and the sweeps read what is open, however much is closed.
CREATE INDEX approval_pending ON approval (created_at DESC, id DESC) WHERE status = 'pending';
CREATE INDEX approval_pending_deadline ON approval (deadline) WHERE status = 'pending';
CREATE INDEX approval_decided ON approval (decided_at DESC, id DESC) WHERE status <> 'pending';
CREATE INDEX approval_awaiting_result ON approval (decided_at) WHERE status = 'approved' AND fulfilment = 'manual' AND outcome IS NULL;
CREATE INDEX run_unfinished ON run (next_read_at) WHERE next_read_at IS NOT NULL;
CREATE INDEX pause_open ON pause (updated_at) WHERE resume_status IN ('waiting', 'ready', 'sending', 'unclear', 'refused');
CREATE INDEX webhook_event_unprocessed ON webhook_event (received_at) WHERE processed_at IS NULL;

-- The call never changes after it is stored, whoever asks.
CREATE FUNCTION approval_call_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.pause_id, NEW.run_id, NEW.interaction_id, NEW.call_id, NEW.name, NEW.arguments, NEW.call_hash)
     IS DISTINCT FROM (OLD.id, OLD.pause_id, OLD.run_id, OLD.interaction_id, OLD.call_id, OLD.name, OLD.arguments, OLD.call_hash) THEN
    RAISE EXCEPTION 'the call of approval % never changes', OLD.id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_call_is_immutable BEFORE UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION approval_call_is_immutable();

-- History is only ever added to.
CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit history is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_is_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER audit_entry_is_not_truncated BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_is_append_only;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_is_not_truncated;
