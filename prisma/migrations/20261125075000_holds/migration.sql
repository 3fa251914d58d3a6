-- What admins have stopped: one function, the runs of one agent, or everything. Released ones are deleted; the history keeps them.
CREATE TABLE "hold" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "set_by" TEXT NOT NULL,

    CONSTRAINT "hold_pkey" PRIMARY KEY ("scope", "key"),
    CONSTRAINT "hold_scope" CHECK ("scope" IN ('everything', 'tool', 'agent')),
    CONSTRAINT "hold_everything" CHECK ("scope" <> 'everything' OR "key" = '')
);
