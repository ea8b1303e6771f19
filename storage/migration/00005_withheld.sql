-- +goose Up
-- Which rounds may draw a version: asked whenever staff look at its key.
CREATE INDEX IF NOT EXISTS round_pool_version ON round_pool(version_id);
