-- Who somebody was can be forgotten; the account stays, for what it did.
ALTER TABLE "user" ADD COLUMN "erased_at" TIMESTAMPTZ(3);
ALTER TABLE "user" ADD CONSTRAINT user_erased_is_deactivated CHECK (erased_at IS NULL OR deactivated_at IS NOT NULL);
