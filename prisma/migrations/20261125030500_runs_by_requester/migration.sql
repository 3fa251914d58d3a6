-- Runs are listed by who asked for them, in any letters, however many there are.
CREATE INDEX run_requester ON run (lower(requester), created_at DESC, id DESC) WHERE requester IS NOT NULL;
