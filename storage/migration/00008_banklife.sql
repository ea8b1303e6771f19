-- +goose Up
-- +goose StatementBegin
-- The number of a draft's last writing, the question it will be a version of,
-- and how it begins, for a list.
ALTER TABLE question_drafts ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE question_drafts ADD COLUMN question_id TEXT NOT NULL DEFAULT '';
ALTER TABLE question_drafts ADD COLUMN title TEXT NOT NULL DEFAULT '';
CREATE INDEX question_drafts_age ON question_drafts(changed_at);
-- An instrument is listed once by whoever keeps it.
CREATE UNIQUE INDEX instruments_once ON instruments(unit_id, number_fold);
CREATE INDEX instruments_order ON instruments(number_fold, id);
-- Which rounds a question was drawn into, by the order of their opening.
CREATE INDEX rounds_opening ON rounds(opens_at, id);
-- +goose StatementEnd
