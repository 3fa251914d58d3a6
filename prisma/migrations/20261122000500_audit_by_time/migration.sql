-- A range of days is looked up by time, however long the history is.
CREATE INDEX "audit_entry_occurred_at_idx" ON "audit_entry"("occurred_at");
