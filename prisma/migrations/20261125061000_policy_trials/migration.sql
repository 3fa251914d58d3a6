-- A draft tried on past calls, against the policy in force.
CREATE TABLE "policy_backtest" (
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "against" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "wanted" INTEGER NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "result" JSONB,
    "message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_backtest_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "policy_backtest_status" CHECK (status IN ('waiting', 'running', 'done', 'failed')),
    CONSTRAINT "policy_backtest_version_fkey" FOREIGN KEY ("version") REFERENCES "policy_version"("version") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "policy_backtest_version_created_at_idx" ON "policy_backtest"("version", "created_at" DESC);

-- What a draft said of a call beside the policy in force; nothing of it was enforced.
CREATE TABLE "policy_shadow" (
    "version" INTEGER NOT NULL,
    "approval_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "differs" BOOLEAN NOT NULL,
    "said" TEXT NOT NULL,
    "enforced" TEXT NOT NULL,

    CONSTRAINT "policy_shadow_pkey" PRIMARY KEY ("version", "approval_id"),
    CONSTRAINT "policy_shadow_version_fkey" FOREIGN KEY ("version") REFERENCES "policy_version"("version") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "policy_shadow_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "policy_shadow_version_at_idx" ON "policy_shadow"("version", "at" DESC);
