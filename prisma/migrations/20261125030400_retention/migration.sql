ALTER TABLE "run" ADD COLUMN "results_erased_at" TIMESTAMPTZ(3), ADD COLUMN "steps_erased_at" TIMESTAMPTZ(3);

-- What retention has still to erase, however much it has erased.
CREATE INDEX run_results_due ON run (ended_at) WHERE results_erased_at IS NULL AND ended_at IS NOT NULL;
CREATE INDEX run_steps_due ON run (ended_at) WHERE steps_erased_at IS NULL AND ended_at IS NOT NULL;
CREATE INDEX webhook_event_body_due ON webhook_event (received_at) WHERE processed_at IS NOT NULL AND octet_length(raw_body) > 0;
