-- The sign-in service of the workspace (OpenID Connect): one row.
CREATE TABLE "oidc_service" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "client_secret" BYTEA,
    "scopes" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "create_people" BOOLEAN NOT NULL,
    "trust_email" BOOLEAN NOT NULL,
    "default_role" TEXT NOT NULL,
    "claim" TEXT NOT NULL,
    "role_rules" JSONB NOT NULL,
    "group_rules" JSONB NOT NULL,
    "metadata" JSONB,
    "metadata_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "oidc_service_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "oidc_service_one" CHECK ("id" = 'service')
);

-- One account here for one account there.
CREATE UNIQUE INDEX "account_oidc" ON "account"("provider_id", "account_id") WHERE "provider_id" LIKE 'oidc:%';
