-- What came of each full verification of the history.

-- CreateTable
CREATE TABLE "audit_verification" (
    "id" TEXT NOT NULL,
    "requested_by" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "size" BIGINT NOT NULL DEFAULT 0,
    "checked" BIGINT NOT NULL DEFAULT 0,
    "root" TEXT,
    "checkpoints" INTEGER NOT NULL DEFAULT 0,
    "finding_count" INTEGER NOT NULL DEFAULT 0,
    "findings" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "audit_verification_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_verification_started_at_idx" ON "audit_verification"("started_at" DESC);
