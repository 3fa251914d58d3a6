-- What was sent is shown as it was sent: jsonb orders the members of an object anew.
ALTER TABLE "resume_attempt" ALTER COLUMN "results" TYPE JSON USING "results"::text::json;
