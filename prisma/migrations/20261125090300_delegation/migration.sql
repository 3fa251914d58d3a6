-- Who may vote in somebody's place, from when until when.
CREATE TABLE "delegation" (
    "id" TEXT NOT NULL,
    "from_user_id" TEXT NOT NULL,
    "to_user_id" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    CONSTRAINT "delegation_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "delegation_from_user_id_idx" ON "delegation"("from_user_id");
CREATE INDEX "delegation_to_user_id_idx" ON "delegation"("to_user_id");
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_from_user_id_fkey" FOREIGN KEY ("from_user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_to_user_id_fkey" FOREIGN KEY ("to_user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- In whose place a vote was cast; null: in the voter's own name.
ALTER TABLE "vote" ADD COLUMN "for_user_id" TEXT,
ADD COLUMN "for_user_name" TEXT;

ALTER TABLE delegation ADD CONSTRAINT delegation_lasts CHECK (ends_at > starts_at),
  ADD CONSTRAINT delegation_of_two CHECK (from_user_id <> to_user_id);
ALTER TABLE vote ADD CONSTRAINT vote_for_another CHECK (for_user_id <> user_id AND (for_user_id IS NULL) = (for_user_name IS NULL));
-- One live vote for a person, whoever casts it in their place.
CREATE UNIQUE INDEX vote_one_live_for_each ON vote (approval_id, for_user_id) WHERE voided_at IS NULL AND for_user_id IS NOT NULL;
