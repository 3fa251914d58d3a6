-- What an entry says of people moves out of it, behind salted commitments; a Merkle tree over the entries, its checkpoints
-- and the keys that sign them come beside it.

-- CreateTable
CREATE TABLE "audit_personal" (
    "entry_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "salt" BYTEA NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "audit_personal_pkey" PRIMARY KEY ("entry_id","subject")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "origin" TEXT NOT NULL,
    "grown_tx" xid8 NOT NULL DEFAULT '0'::xid8,
    "grown_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_node" (
    "level" SMALLINT NOT NULL,
    "index" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "entry_id" TEXT,

    CONSTRAINT "audit_node_pkey" PRIMARY KEY ("level","index")
);

-- CreateTable
CREATE TABLE "audit_checkpoint" (
    "id" BIGSERIAL NOT NULL,
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "kid" TEXT NOT NULL,
    "jws" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "kid" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "private_cipher" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("kid")
);

-- AlterTable
ALTER TABLE "audit_entry" ADD COLUMN "personal" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN "tx_id" xid8 NOT NULL DEFAULT pg_current_xact_id(),
ALTER COLUMN "actor_name" DROP NOT NULL;

-- The entries of before, taken apart as lib/domain/proof/leaf.ts takes apart those to come.
CREATE FUNCTION pg_temp.canonical(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(value)
    WHEN 'object' THEN (SELECT '{' || coalesce(string_agg(to_json(key)::text || ':' || pg_temp.canonical(member), ',' ORDER BY key COLLATE "C"), '') || '}'
                        FROM jsonb_each(value) AS members (key, member))
    ELSE value::text END
$$;
CREATE FUNCTION pg_temp.hmac_sha256(salt bytea, message bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  inner_key bytea := decode(repeat('36', 64), 'hex');
  outer_key bytea := decode(repeat('5c', 64), 'hex');
BEGIN
  FOR place IN 0 .. length(salt) - 1 LOOP
    inner_key := set_byte(inner_key, place, get_byte(inner_key, place) # get_byte(salt, place));
    outer_key := set_byte(outer_key, place, get_byte(outer_key, place) # get_byte(salt, place));
  END LOOP;
  RETURN sha256(outer_key || sha256(inner_key || message));
END $$;
CREATE FUNCTION pg_temp.is_personal(kind text, id text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT kind = 'api_key' OR (kind = 'person' AND id <> 'unknown')
$$;
CREATE FUNCTION pg_temp.subject_of(kind text, id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN kind = 'person' AND id <> 'unknown' THEN id ELSE '-' END
$$;

INSERT INTO audit_personal (entry_id, subject, salt, data)
WITH said AS (
  SELECT id AS entry_id, pg_temp.subject_of(actor_type, actor_id) AS subject, 'actor' AS member, jsonb_build_object('name', actor_name) AS data
    FROM audit_entry WHERE pg_temp.is_personal(actor_type, actor_id)
  UNION ALL
  SELECT audit_entry.id, pg_temp.subject_of(target->>'type', target->>'id'), 'targets',
      jsonb_object_agg((place - 1)::text, jsonb_build_object('name', target->'name'))
    FROM audit_entry CROSS JOIN jsonb_array_elements(targets) WITH ORDINALITY AS t (target, place)
    WHERE pg_temp.is_personal(target->>'type', target->>'id') AND target ? 'name' GROUP BY 1, 2
  UNION ALL
  SELECT id, pg_temp.subject_of(actor_type, actor_id), 'context',
      jsonb_strip_nulls(jsonb_build_object('ip', context->'ip', 'userAgent', context->'userAgent',
        'slack', CASE WHEN context->'slack' ? 'user' THEN jsonb_build_object('user', context->'slack'->'user') END))
    FROM audit_entry WHERE context ?| '{ip,userAgent}' OR context->'slack' ? 'user'
  UNION ALL
  SELECT id, '-', 'metadata', jsonb_build_object('requester', metadata->'requester')
    FROM audit_entry WHERE action IN ('run.started', 'run.registered') AND metadata->>'requester' IS NOT NULL
  UNION ALL
  SELECT id, pg_temp.subject_of(actor_type, actor_id), 'metadata', jsonb_build_object('reason', metadata->'reason')
    FROM audit_entry WHERE action = 'resume.settled' AND metadata->>'reason' IS NOT NULL
  UNION ALL
  SELECT id, coalesce((SELECT pg_temp.subject_of('person', target->>'id') FROM jsonb_array_elements(targets) WITH ORDINALITY AS t (target, place)
        WHERE target->>'type' = 'person' ORDER BY place LIMIT 1), '-'), 'metadata', jsonb_build_object('account', metadata->'account')
    FROM audit_entry WHERE action IN ('slack.linked', 'slack.unlinked') AND metadata->>'account' IS NOT NULL)
SELECT entry_id, subject, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'), jsonb_object_agg(member, data)
FROM said GROUP BY 1, 2;

ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_is_append_only;
UPDATE audit_entry SET
  personal = coalesce((SELECT jsonb_object_agg(subject, encode(pg_temp.hmac_sha256(salt, convert_to(pg_temp.canonical(data), 'UTF8')), 'hex'))
    FROM audit_personal WHERE entry_id = audit_entry.id), '{}'),
  actor_name = CASE WHEN pg_temp.is_personal(actor_type, actor_id) THEN NULL ELSE actor_name END,
  targets = coalesce((SELECT jsonb_agg(CASE WHEN pg_temp.is_personal(target->>'type', target->>'id') THEN target - 'name' ELSE target END ORDER BY place)
    FROM jsonb_array_elements(targets) WITH ORDINALITY AS t (target, place)), '[]'),
  context = (context #- '{slack,user}') - '{ip,userAgent}'::text[],
  metadata = CASE
    WHEN action IN ('run.started', 'run.registered') AND metadata->>'requester' IS NOT NULL THEN metadata - 'requester'
    WHEN action = 'resume.settled' THEN metadata - 'reason'
    WHEN action IN ('slack.linked', 'slack.unlinked') THEN metadata - 'account'
    ELSE metadata END;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_is_append_only;

-- CreateIndex
CREATE INDEX "audit_entry_tx_id_seq_idx" ON "audit_entry"("tx_id", "seq");

-- CreateIndex
CREATE INDEX "audit_personal_subject_idx" ON "audit_personal"("subject");

-- CreateIndex
CREATE UNIQUE INDEX "audit_node_entry_id_key" ON "audit_node"("entry_id");

-- CreateIndex
CREATE INDEX "audit_checkpoint_size_idx" ON "audit_checkpoint"("size");



-- What Prisma's schema cannot say.

ALTER TABLE audit_log ADD CONSTRAINT audit_log_is_one CHECK (id = 1);
INSERT INTO audit_log (origin) VALUES ('log_' || replace(gen_random_uuid()::text, '-', ''));

ALTER TABLE audit_node ADD CONSTRAINT audit_node_leaf_has_entry CHECK ((level = 0) = (entry_id IS NOT NULL)),
  ADD CONSTRAINT audit_node_hash CHECK (octet_length(hash) = 32);
ALTER TABLE audit_checkpoint ADD CONSTRAINT audit_checkpoint_root CHECK (octet_length(root) = 32);
-- One key signs at a time.
CREATE UNIQUE INDEX signing_key_in_force ON signing_key ((true)) WHERE retired_at IS NULL;

-- The tree and its checkpoints are only ever added to; what is said of people may be erased, but not changed.
CREATE TRIGGER audit_node_is_append_only BEFORE UPDATE OR DELETE ON audit_node FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER audit_node_is_not_truncated BEFORE TRUNCATE ON audit_node FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER audit_checkpoint_is_append_only BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER audit_checkpoint_is_not_truncated BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER audit_personal_is_not_changed BEFORE UPDATE ON audit_personal FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER audit_personal_is_not_truncated BEFORE TRUNCATE ON audit_personal FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
ALTER TABLE audit_node ENABLE ALWAYS TRIGGER audit_node_is_append_only;
ALTER TABLE audit_node ENABLE ALWAYS TRIGGER audit_node_is_not_truncated;
ALTER TABLE audit_checkpoint ENABLE ALWAYS TRIGGER audit_checkpoint_is_append_only;
ALTER TABLE audit_checkpoint ENABLE ALWAYS TRIGGER audit_checkpoint_is_not_truncated;
ALTER TABLE audit_personal ENABLE ALWAYS TRIGGER audit_personal_is_not_changed;
ALTER TABLE audit_personal ENABLE ALWAYS TRIGGER audit_personal_is_not_truncated;

DROP FUNCTION pg_temp.hmac_sha256(bytea, bytea);
DROP FUNCTION pg_temp.canonical(jsonb);
DROP FUNCTION pg_temp.is_personal(text, text);
DROP FUNCTION pg_temp.subject_of(text, text);
