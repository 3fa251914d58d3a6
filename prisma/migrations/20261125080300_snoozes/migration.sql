-- What somebody has set aside for themselves until later; it waits for everybody else as before.
CREATE TABLE "approval_snooze" (
    "approval_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "approval_snooze_pkey" PRIMARY KEY ("user_id", "approval_id"),
    CONSTRAINT "approval_snooze_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "approval_snooze_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "approval_snooze_approval_id_idx" ON "approval_snooze"("approval_id");
