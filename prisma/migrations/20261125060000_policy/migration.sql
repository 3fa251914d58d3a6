-- The policy as one document a version. What is published is never changed again: each approval names the version that judged it.
CREATE TABLE "policy_version" (
    "version" SERIAL NOT NULL,
    "status" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "shadow" BOOLEAN NOT NULL DEFAULT false,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "base_version" INTEGER,
    "editors" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT,
    "created_by_name" TEXT NOT NULL DEFAULT '',
    "edited_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(3),
    "published_by" TEXT,
    "published_by_name" TEXT,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("version"),
    CONSTRAINT "policy_version_status" CHECK (status IN ('draft', 'published', 'archived')),
    CONSTRAINT "policy_version_shadow" CHECK (NOT shadow OR status = 'draft')
);

-- One policy is in force, and at most one draft is evaluated beside it.
CREATE UNIQUE INDEX "policy_version_published" ON "policy_version"(status) WHERE status = 'published';
CREATE UNIQUE INDEX "policy_version_shadowing" ON "policy_version"(shadow) WHERE shadow;

CREATE FUNCTION policy_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'draft' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' OR NEW.document IS DISTINCT FROM OLD.document OR NEW.version <> OLD.version
     OR (OLD.status, NEW.status) NOT IN (('published', 'published'), ('published', 'archived'), ('archived', 'archived')) THEN
    RAISE EXCEPTION 'policy version % was published and never changes', OLD.version USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_is_kept BEFORE UPDATE OR DELETE ON policy_version FOR EACH ROW EXECUTE FUNCTION policy_version_is_kept();

-- What a fresh install has: the rules by tier that judged until now, as version 1.
INSERT INTO "policy_version" ("status", "document", "note", "editors", "created_by_name", "published_at", "published_by_name")
VALUES ('published', '{
  "format": "countersign-policy/1",
  "timeZone": "UTC",
  "lookups": {},
  "rotations": {},
  "rules": [
    {
      "name": "Unknown tool",
      "description": "Nobody has described this function yet, so it is treated as costly and one person must decide.",
      "when": "!tool.known",
      "outcome": {
        "outcome": "review",
        "tier": 2,
        "groups": [],
        "approvals": 1,
        "rejections": 1,
        "onTimeout": "reject",
        "remindMinutesBefore": [],
        "escalate": [],
        "hideArgumentsInSlack": false,
        "blindSecondReview": false
      }
    },
    {
      "name": "Tier 0",
      "description": "It only looks something up, so it is approved without asking.",
      "when": "tool.tier == 0",
      "outcome": {
        "outcome": "approve",
        "unknownTools": "review"
      }
    },
    {
      "name": "Tier 1",
      "description": "It can be taken back; one person must decide.",
      "when": "tool.tier == 1",
      "outcome": {
        "outcome": "review",
        "tier": 1,
        "groups": [],
        "approvals": 1,
        "rejections": 1,
        "onTimeout": "reject",
        "remindMinutesBefore": [],
        "escalate": [],
        "hideArgumentsInSlack": false,
        "blindSecondReview": false
      }
    },
    {
      "name": "Tier 2",
      "description": "It costs money or reaches people outside; one person must decide.",
      "when": "tool.tier == 2",
      "outcome": {
        "outcome": "review",
        "tier": 2,
        "groups": [],
        "approvals": 1,
        "rejections": 1,
        "onTimeout": "reject",
        "remindMinutesBefore": [],
        "escalate": [],
        "hideArgumentsInSlack": false,
        "blindSecondReview": false
      }
    },
    {
      "name": "Tier 3",
      "description": "It cannot be taken back; one person must decide, with a reason.",
      "when": "tool.tier == 3",
      "outcome": {
        "outcome": "review",
        "tier": 3,
        "groups": [],
        "approvals": 1,
        "rejections": 1,
        "onTimeout": "reject",
        "remindMinutesBefore": [],
        "escalate": [],
        "hideArgumentsInSlack": false,
        "blindSecondReview": false
      }
    },
    {
      "name": "Tier 4",
      "description": "It is regulated; two people must agree.",
      "when": "tool.tier == 4",
      "outcome": {
        "outcome": "review",
        "tier": 4,
        "groups": [],
        "approvals": 2,
        "rejections": 1,
        "onTimeout": "reject",
        "remindMinutesBefore": [],
        "escalate": [],
        "hideArgumentsInSlack": false,
        "blindSecondReview": false
      }
    }
  ],
  "tests": []
}', 'The rules by tier that Countersign comes with.', '{}', 'Countersign', CURRENT_TIMESTAMP, 'Countersign');

-- Whose members may vote; empty: everybody who may vote at all.
ALTER TABLE "approval" ADD COLUMN "eligible_groups" TEXT[] NOT NULL DEFAULT '{}';
-- Why the rule could not be evaluated; null: it could.
ALTER TABLE "approval" ADD COLUMN "rule_problem" TEXT;
-- lib/domain/approval.ts: Handling
ALTER TABLE "approval" ADD COLUMN "handling" JSONB NOT NULL DEFAULT '{}';

-- The person whose key started the run: not always the one it is for.
ALTER TABLE "run" ADD COLUMN "starter_user_id" TEXT;

-- *Needs me* reads, for each set of groups that some rule asks, the head of what waits for it: as many rows as a page has, however
-- much waits for others.
CREATE INDEX "approval_pending_audience" ON "approval"("eligible_groups", "created_at" DESC, "id" DESC) WHERE status = 'pending';
CREATE INDEX "approval_pending_audience_due" ON "approval"("eligible_groups", "deadline", "id") WHERE status = 'pending';
