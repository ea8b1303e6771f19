-- +goose Up
-- When a phone last said that an attempt is open on it. An answer says so too,
-- so this is only about phones that have nothing to save.
CREATE TABLE attempt_signs (
  attempt_id TEXT PRIMARY KEY,
  seen_at BIGINT NOT NULL
);
