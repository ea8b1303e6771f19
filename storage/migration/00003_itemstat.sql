-- +goose Up
-- +goose StatementBegin
-- What was counted of question versions. All of it can be made again from the
-- record, so a backup leaves it out.

-- How far a round is counted: the last attempt, and number and sum of the marks
-- up to it, which show whether the record moved behind.
CREATE TABLE item_counts (
  round_id TEXT PRIMARY KEY REFERENCES rounds(id),
  finished_at BIGINT NOT NULL DEFAULT 0,
  attempt_id TEXT NOT NULL DEFAULT '',
  attempts BIGINT NOT NULL DEFAULT 0,
  score BIGINT NOT NULL DEFAULT 0,
  edit BIGINT NOT NULL DEFAULT 0,      -- raised by every count
  rolled BIGINT NOT NULL DEFAULT 0,    -- the edit that the questions show
  rolled_at BIGINT NOT NULL DEFAULT 0,
  checked_at BIGINT NOT NULL DEFAULT 0,
  recounted_at BIGINT NOT NULL DEFAULT 0,
  claimed_until BIGINT NOT NULL DEFAULT 0,
  counted_at BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE item_stats (
  round_id TEXT NOT NULL REFERENCES rounds(id),
  version_id TEXT NOT NULL,
  question_id TEXT NOT NULL,
  number INTEGER NOT NULL,             -- of the version
  served BIGINT NOT NULL,
  tally TEXT NOT NULL,                 -- JSON of whole numbers, see itemstat.Tally
  alarm BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (round_id, version_id)
);
CREATE INDEX item_stats_question ON item_stats(question_id, number);
-- The order in which attempts were finished. Saving an answer touches no column of it.
CREATE INDEX attempts_finished ON attempts(round_id, finished_at, id) WHERE finished_at > 0;

-- What a question shows of its statistics: of its newest version that was ever
-- asked, over all rounds. Shares are in thousandths.
ALTER TABLE questions ADD COLUMN asked_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN asked_served BIGINT NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN asked_facility INTEGER;
ALTER TABLE questions ADD COLUMN asked_discrimination INTEGER;
ALTER TABLE questions ADD COLUMN asked_alarm BOOLEAN NOT NULL DEFAULT FALSE;
-- +goose StatementEnd
