-- +goose Up
-- Which rounds may draw a version: asked whenever staff look at its key.
CREATE INDEX IF NOT EXISTS round_pool_version ON round_pool(version_id);
-- Which sessions are over: asked by the job that forgets them.
CREATE INDEX IF NOT EXISTS sessions_expiry ON sessions(expires_at);
CREATE INDEX IF NOT EXISTS sessions_revoked ON sessions(revoked_at) WHERE revoked_at > 0;
