-- The signed receipt of each decision, issued once it cannot be taken back any more.

-- CreateTable
CREATE TABLE "receipt" (
    "id" TEXT NOT NULL,
    "approval_id" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "jws" TEXT NOT NULL,
    "entry_id" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "receipt_approval_id_key" ON "receipt"("approval_id");

-- CreateIndex
CREATE INDEX "approval_decided_at_idx" ON "approval"("decided_at");



-- What Prisma's schema cannot say.

ALTER TABLE receipt ADD CONSTRAINT receipt_decision CHECK (decision IN ('approved', 'rejected', 'answered', 'expired'));

-- A receipt is out of the house: it is never changed, nor issued a second time.
CREATE TRIGGER receipt_is_append_only BEFORE UPDATE OR DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER receipt_is_not_truncated BEFORE TRUNCATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
ALTER TABLE receipt ENABLE ALWAYS TRIGGER receipt_is_append_only;
ALTER TABLE receipt ENABLE ALWAYS TRIGGER receipt_is_not_truncated;
