-- What the history is searched by, beside it: made from the entries by a job, and made again when a person is erased.
CREATE TABLE "audit_search" (
    "seq" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "terms" tsvector NOT NULL,

    CONSTRAINT "audit_search_pkey" PRIMARY KEY ("seq")
);

-- How far the search has come in the order of the log, one row.
CREATE TABLE "audit_search_place" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "tx_id" xid8 NOT NULL DEFAULT '0'::xid8,
    "seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "audit_search_place_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "audit_search_occurred_at_seq_idx" ON "audit_search"("occurred_at", "seq");
CREATE INDEX "audit_search_terms_idx" ON "audit_search" USING GIN ("terms");

ALTER TABLE audit_search_place ADD CONSTRAINT audit_search_place_is_one CHECK (id = 1);
INSERT INTO audit_search_place DEFAULT VALUES;
