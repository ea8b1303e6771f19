-- +goose Up
-- +goose StatementBegin
-- What questions are found by: words without diacritics and a word for each
-- value that lists filter by; sketch is the part of a question by which near
-- duplicates are found. Both are made from the newest version, and the index
-- over them is made after the migrations, in each dialect's own way.
ALTER TABLE questions ADD COLUMN find TEXT NOT NULL DEFAULT '';
ALTER TABLE questions ADD COLUMN find_asked TEXT NOT NULL DEFAULT ''; -- of the statistics
ALTER TABLE questions ADD COLUMN sketch TEXT NOT NULL DEFAULT '';
CREATE INDEX questions_facility ON questions(bank_id, asked_facility, id) WHERE asked_facility IS NOT NULL;
CREATE INDEX questions_discrimination ON questions(bank_id, asked_discrimination, id) WHERE asked_discrimination IS NOT NULL;
CREATE INDEX questions_changed ON questions(changed_at);
CREATE INDEX questions_unfound ON questions(id) WHERE find = '';
-- A filter of the list of questions that an account keeps.
CREATE TABLE saved_filters (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  bank_id TEXT NOT NULL REFERENCES banks(id),
  name TEXT NOT NULL,
  query TEXT NOT NULL,               -- as the list's own parameters
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX saved_filters_name ON saved_filters(account_id, bank_id, name);
-- +goose StatementEnd
