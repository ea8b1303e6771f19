-- +goose Up
-- What a question may show besides plain text, the media it shows, the law it
-- rests on, and the desk at which people work on it. Times are microseconds,
-- UTC; 0 = none.

ALTER TABLE question_versions ADD COLUMN format TEXT NOT NULL DEFAULT 'plain'; -- plain markdown
ALTER TABLE question_versions ADD COLUMN matches TEXT NOT NULL DEFAULT '';     -- JSON list of texts (matching)
ALTER TABLE question_versions ADD COLUMN gaps TEXT NOT NULL DEFAULT '';        -- JSON list of lists of texts (cloze)
ALTER TABLE question_versions ADD COLUMN audio_id TEXT NOT NULL DEFAULT '';    -- of a recording in media
ALTER TABLE question_versions ADD COLUMN transcript TEXT NOT NULL DEFAULT '';
ALTER TABLE question_versions ADD COLUMN instrument_id TEXT NOT NULL DEFAULT '';
CREATE INDEX question_versions_instrument ON question_versions(instrument_id) WHERE instrument_id <> '';
CREATE INDEX round_pool_version ON round_pool(version_id);

CREATE TABLE media (
  id TEXT PRIMARY KEY,               -- random and unguessable, a picture's with its size: …-720x405
  bank_id TEXT NOT NULL REFERENCES banks(id),
  kind TEXT NOT NULL,                -- image audio
  mime TEXT NOT NULL,
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,              -- of the body
  body BYTEA NOT NULL,
  alt TEXT NOT NULL DEFAULT '',      -- what is proposed where it is used
  author_id TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX media_bank ON media(bank_id, created_at);
CREATE UNIQUE INDEX media_once ON media(bank_id, sha256);

CREATE TABLE instruments (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES units(id), -- who keeps it; units below use it
  number TEXT NOT NULL,              -- 56/2017/NĐ-CP
  number_fold TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  title_fold TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '',     -- law decree circular decision other
  valid_from BIGINT NOT NULL DEFAULT 0,
  valid_to BIGINT NOT NULL DEFAULT 0,
  replaced_by TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  checked_on BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
CREATE INDEX instruments_unit ON instruments(unit_id, number_fold);

CREATE TABLE question_comments (
  id TEXT PRIMARY KEY,
  question_id TEXT NOT NULL REFERENCES questions(id),
  version_number INTEGER NOT NULL,   -- of the version it is about
  body TEXT NOT NULL,
  author_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  resolved_at BIGINT NOT NULL DEFAULT 0,
  resolved_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX question_comments_question ON question_comments(question_id, created_at);

-- What an author has typed and not yet saved as a version: one a person and place.
CREATE TABLE question_drafts (
  author_id TEXT NOT NULL,
  bank_id TEXT NOT NULL REFERENCES banks(id),
  place TEXT NOT NULL,               -- a question's id, or a key the page made for a new one
  based_on INTEGER NOT NULL DEFAULT 0, -- the version the author saw, 0 for a new question
  body TEXT NOT NULL,                -- the form as the page keeps it, JSON
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (author_id, bank_id, place)
);

CREATE TABLE bank_grants (
  id TEXT PRIMARY KEY,
  bank_id TEXT NOT NULL REFERENCES banks(id),
  unit_id TEXT NOT NULL DEFAULT '',  -- with role: whoever holds it there
  role TEXT NOT NULL DEFAULT '',     -- '' = any role that works with questions
  account_id TEXT NOT NULL DEFAULT '', -- instead of unit and role: one person
  what TEXT NOT NULL,                -- read use edit approve
  actor_id TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bank_grants_once ON bank_grants(bank_id, unit_id, role, account_id, what);
CREATE INDEX bank_grants_unit ON bank_grants(unit_id) WHERE unit_id <> '';
CREATE INDEX bank_grants_account ON bank_grants(account_id) WHERE account_id <> '';
