-- Groups of people, by which rules say who may vote. A rule names a group, so a name is given once, whatever its case.
CREATE TABLE "person_group" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_group_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "person_group_name_key" ON "person_group"("name");
CREATE UNIQUE INDEX "person_group_name_in_any_case" ON "person_group"(lower("name"));

CREATE TABLE "group_member" (
    "group_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_member_pkey" PRIMARY KEY ("group_id", "user_id"),
    CONSTRAINT "group_member_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "person_group"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "group_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "group_member_user_id_idx" ON "group_member"("user_id");
