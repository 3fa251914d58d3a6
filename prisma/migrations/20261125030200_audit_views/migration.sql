CREATE TABLE "audit_view" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_view_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "audit_view_user_id_name_key" ON "audit_view"("user_id", "name");

ALTER TABLE "audit_view" ADD CONSTRAINT "audit_view_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
