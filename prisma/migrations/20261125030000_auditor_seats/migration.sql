-- An auditor's access can have an end.
ALTER TABLE "user" ADD COLUMN "seat_ends_at" TIMESTAMPTZ(3);
ALTER TABLE "user" ADD CONSTRAINT user_seat CHECK (seat_ends_at IS NULL OR role = 'auditor');
