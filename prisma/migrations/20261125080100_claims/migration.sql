-- Who is on a request: a courtesy to others, never a lock. It lapses by itself; a job takes it away and says so.
CREATE TABLE "approval_claim" (
    "approval_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "given_by" TEXT,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL,
    "lapses_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "approval_claim_pkey" PRIMARY KEY ("approval_id"),
    CONSTRAINT "approval_claim_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "approval_claim_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "approval_claim_given_by_fkey" FOREIGN KEY ("given_by") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT "approval_claim_times" CHECK ("lapses_at" > "claimed_at")
);
CREATE INDEX "approval_claim_user_id_idx" ON "approval_claim"("user_id");
