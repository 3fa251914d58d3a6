-- A member that documents began with and that nothing ever read: it would be unknown from here on. The only change that a
-- published document sees, and it changes no judgement.
ALTER TABLE "policy_version" DISABLE TRIGGER policy_version_is_kept;
UPDATE "policy_version" SET "document" = jsonb_set("document", '{rules}', (
    SELECT coalesce(jsonb_agg(jsonb_set(rule, '{outcome}', (rule -> 'outcome') - 'remindMinutesBefore') ORDER BY place), '[]')
    FROM jsonb_array_elements("document" -> 'rules') WITH ORDINALITY AS listed(rule, place)))
WHERE jsonb_typeof("document" -> 'rules') = 'array';
ALTER TABLE "policy_version" ENABLE TRIGGER policy_version_is_kept;
