-- Where checkpoints go beside the database, and how far each place has them.

-- CreateTable
CREATE TABLE "checkpoint_place" (
    "kind" TEXT NOT NULL,
    "up_to" BIGINT NOT NULL DEFAULT 0,
    "ok" BOOLEAN NOT NULL,
    "message" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "checkpoint_place_pkey" PRIMARY KEY ("kind")
);



-- What Prisma's schema cannot say.

ALTER TABLE checkpoint_place ADD CONSTRAINT checkpoint_place_kind CHECK (kind IN ('directory', 'slack'));
