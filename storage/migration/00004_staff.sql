-- +goose Up
-- +goose StatementBegin
-- Which units and unit groups a contest addresses, one a row: a list of the
-- contests that reach a school is then found by the database, page by page.
-- contests.audience keeps their order.
CREATE TABLE contest_audience (
  contest_id TEXT NOT NULL REFERENCES contests(id),
  target_id TEXT NOT NULL,           -- a unit or a unit group
  PRIMARY KEY (contest_id, target_id)
);
CREATE INDEX contest_audience_target ON contest_audience(target_id);
INSERT INTO contest_audience (contest_id, target_id)
  SELECT c.id, u.id FROM contests c JOIN units u ON c.audience LIKE '%"' || u.id || '"%';
INSERT INTO contest_audience (contest_id, target_id)
  SELECT c.id, g.id FROM contests c JOIN unit_groups g ON c.audience LIKE '%"' || g.id || '"%';
-- A contest without an audience addresses the unit that runs it.
INSERT INTO contest_audience (contest_id, target_id)
  SELECT c.id, c.unit_id FROM contests c WHERE c.audience = '[]';

-- What one person did, newest first.
CREATE INDEX audit_actor ON audit(actor_id, id);
-- +goose StatementEnd
