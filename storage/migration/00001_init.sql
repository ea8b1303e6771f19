-- +goose Up
-- +goose StatementBegin
-- One schema for SQLite and Postgres. Ids are UUIDv7 text, times are
-- microseconds since 1970 UTC (0 = none), JSON and lists are text.

-- People ---------------------------------------------------------------

CREATE TABLE units (
  id TEXT PRIMARY KEY,
  parent_id TEXT REFERENCES units(id),
  path TEXT NOT NULL,                -- /root/…/self/ ; a subtree is a prefix
  kind TEXT NOT NULL,                -- ministry department ward school grade class
  code TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  levels TEXT NOT NULL DEFAULT '',   -- comma list: MN,TH,THCS,THPT
  headcount BIGINT NOT NULL DEFAULT 0,
  headcount_at BIGINT NOT NULL DEFAULT 0,
  school_year TEXT NOT NULL DEFAULT '', -- classes belong to one school year
  grade INTEGER NOT NULL DEFAULT 0,
  valid_from BIGINT NOT NULL DEFAULT 0,
  valid_to BIGINT NOT NULL DEFAULT 0,
  predecessor_id TEXT,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
CREATE INDEX units_parent ON units(parent_id, name_fold, id);
CREATE INDEX units_path ON units(path);
CREATE UNIQUE INDEX units_code ON units(parent_id, code, school_year) WHERE code <> '';

CREATE TABLE unit_groups (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES units(id),
  name TEXT NOT NULL,
  valid_from BIGINT NOT NULL DEFAULT 0,
  valid_to BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
CREATE TABLE unit_group_members (
  group_id TEXT NOT NULL REFERENCES unit_groups(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  PRIMARY KEY (group_id, unit_id)
);

CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,                -- pupil staff parent
  family_name TEXT NOT NULL DEFAULT '',
  given_name TEXT NOT NULL DEFAULT '',
  full_name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  sort_key TEXT NOT NULL DEFAULT '', -- Vietnamese collation: given, family, full
  birth_date TEXT NOT NULL DEFAULT '', -- yyyy-mm-dd
  gender TEXT NOT NULL DEFAULT '',   -- male female or empty
  pupil_code TEXT NOT NULL DEFAULT '',
  login TEXT,
  password_hash TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'active', -- active banned closed
  language TEXT NOT NULL DEFAULT 'vi',
  home_unit_id TEXT,                 -- the unit that keeps the account
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_login ON accounts(login);
CREATE INDEX accounts_code ON accounts(pupil_code) WHERE pupil_code <> '';
CREATE INDEX accounts_unit ON accounts(home_unit_id);

CREATE TABLE roles (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  role TEXT NOT NULL,
  unit_id TEXT NOT NULL REFERENCES units(id),
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX roles_once ON roles(account_id, role, unit_id);

CREATE TABLE enrolments (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  class_id TEXT NOT NULL REFERENCES units(id),
  school_id TEXT NOT NULL REFERENCES units(id),
  school_year TEXT NOT NULL,
  valid_from BIGINT NOT NULL DEFAULT 0,
  valid_to BIGINT NOT NULL DEFAULT 0, -- set when the pupil left the class
  import_id TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX enrolments_open ON enrolments(account_id, school_year) WHERE valid_to = 0;
CREATE INDEX enrolments_class ON enrolments(class_id, account_id);
CREATE INDEX enrolments_school ON enrolments(school_id, school_year);

CREATE TABLE consents (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  contest_id TEXT NOT NULL DEFAULT '', -- empty = every contest
  kind TEXT NOT NULL,                -- processing publication
  given_by TEXT NOT NULL,            -- child guardian
  evidence TEXT NOT NULL DEFAULT '',
  given_at BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL DEFAULT 0,
  actor_id TEXT NOT NULL
);
CREATE INDEX consents_account ON consents(account_id, kind);

CREATE TABLE cards (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  code TEXT NOT NULL,                -- typed form, folded to upper case without dashes
  secret_sha256 TEXT NOT NULL,       -- of the 128-bit secret in the QR link
  pin_mac TEXT NOT NULL,             -- HMAC under the server's key
  sealed TEXT NOT NULL,              -- secret and PIN for reprinting, AES-GCM under the server's key
  failures INTEGER NOT NULL DEFAULT 0,
  locked_until BIGINT NOT NULL DEFAULT 0,
  issued_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX cards_code ON cards(code);
CREATE UNIQUE INDEX cards_secret ON cards(secret_sha256);
CREATE UNIQUE INDEX cards_live ON cards(account_id) WHERE revoked_at = 0;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sessions_account ON sessions(account_id);
CREATE TABLE refresh_tokens (
  sha256 TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions(id),
  successor TEXT NOT NULL DEFAULT '', -- sealed, given again inside the grace of 30 s
  issued_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX refresh_tokens_session ON refresh_tokens(session_id);
-- Tries of passwords by login, known or not, so that all nodes count together.
CREATE TABLE sign_in_tries (
  login_sha256 TEXT PRIMARY KEY,
  paid_until BIGINT NOT NULL           -- the moment until which the tries so far use up the allowance
);
CREATE INDEX sign_in_tries_over ON sign_in_tries(paid_until);

-- Imports --------------------------------------------------------------

CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,                -- questions roster
  format TEXT NOT NULL,
  file_name TEXT NOT NULL DEFAULT '',
  unit_id TEXT NOT NULL,             -- whose import it is
  bank_id TEXT NOT NULL DEFAULT '',
  school_year TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,               -- staged committed undone
  columns TEXT NOT NULL DEFAULT '[]',
  summary TEXT NOT NULL DEFAULT '{}',
  actor_id TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  committed_at BIGINT NOT NULL DEFAULT 0,
  undone_at BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE import_rows (
  import_id TEXT NOT NULL REFERENCES imports(id),
  "row" INTEGER NOT NULL,            -- row number as in the file
  sheet TEXT NOT NULL DEFAULT '',
  cells TEXT NOT NULL,
  state TEXT NOT NULL,               -- ready warning error duplicate committed skipped
  problems TEXT NOT NULL DEFAULT '[]',
  fingerprint TEXT NOT NULL DEFAULT '',
  made TEXT NOT NULL DEFAULT '',     -- what the commit created or changed, for undo
  PRIMARY KEY (import_id, "row")
);
CREATE INDEX import_rows_state ON import_rows(import_id, state, "row");

-- Question bank --------------------------------------------------------

CREATE TABLE banks (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES units(id),
  name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
CREATE TABLE questions (
  id TEXT PRIMARY KEY,
  bank_id TEXT NOT NULL REFERENCES banks(id),
  state TEXT NOT NULL,               -- draft in_review approved retired
  current INTEGER NOT NULL,          -- number of the newest version
  approved INTEGER NOT NULL DEFAULT 0, -- number of the approved version, 0 = none
  type TEXT NOT NULL,
  topic TEXT NOT NULL DEFAULT '',
  topic_fold TEXT NOT NULL DEFAULT '',
  age_band TEXT NOT NULL DEFAULT '',
  difficulty TEXT NOT NULL DEFAULT '',
  stem_fold TEXT NOT NULL,           -- search key without diacritics
  fingerprint TEXT NOT NULL,         -- of the folded stem and options, finds duplicates
  import_id TEXT NOT NULL DEFAULT '',
  author_id TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX questions_bank ON questions(bank_id, id);
CREATE INDEX questions_draw ON questions(bank_id, state, topic, type, difficulty);
CREATE INDEX questions_fingerprint ON questions(bank_id, fingerprint);
CREATE INDEX questions_import ON questions(import_id) WHERE import_id <> '';
CREATE TABLE question_versions (
  id TEXT PRIMARY KEY,
  question_id TEXT NOT NULL REFERENCES questions(id),
  number INTEGER NOT NULL,
  type TEXT NOT NULL,
  stem TEXT NOT NULL,
  options TEXT NOT NULL,             -- JSON list of {text, pinned}
  answer_key TEXT NOT NULL,          -- JSON, see bank.Key
  explanation TEXT NOT NULL DEFAULT '',
  topic TEXT NOT NULL DEFAULT '',
  age_band TEXT NOT NULL DEFAULT '',
  difficulty TEXT NOT NULL DEFAULT '',
  citation TEXT NOT NULL DEFAULT '', -- as written by the author
  instrument TEXT NOT NULL DEFAULT '',
  article TEXT NOT NULL DEFAULT '',
  law_from BIGINT NOT NULL DEFAULT 0,
  law_to BIGINT NOT NULL DEFAULT 0,
  author_id TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX question_versions_once ON question_versions(question_id, number);
CREATE TABLE question_reviews (
  id TEXT PRIMARY KEY,
  question_id TEXT NOT NULL REFERENCES questions(id),
  version_number INTEGER NOT NULL,
  action TEXT NOT NULL,              -- submit approve return retire comment
  comment TEXT NOT NULL DEFAULT '',
  actor_id TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX question_reviews_question ON question_reviews(question_id, created_at);

-- Contests -------------------------------------------------------------

CREATE TABLE contests (
  id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES units(id),
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,               -- draft published archived (the rest follows from rounds and time)
  school_year TEXT NOT NULL DEFAULT '',
  law_as_of BIGINT NOT NULL DEFAULT 0,
  audience TEXT NOT NULL DEFAULT '[]', -- JSON list of unit and unit group ids
  rule_sheet TEXT NOT NULL,
  tie_seed TEXT NOT NULL,            -- orders the lines inside one rank
  locked_at BIGINT NOT NULL DEFAULT 0, -- first start: fairness settings are fixed
  actor_id TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX contests_slug ON contests(slug);
CREATE TABLE divisions (
  id TEXT PRIMARY KEY,
  contest_id TEXT NOT NULL REFERENCES contests(id),
  code TEXT NOT NULL,                -- TH THCS THPT staff parents …
  name TEXT NOT NULL,
  kind TEXT NOT NULL,                -- account kind it takes
  grade_from INTEGER NOT NULL DEFAULT 0,
  grade_to INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL
);
CREATE UNIQUE INDEX divisions_code ON divisions(contest_id, code);
CREATE TABLE rounds (
  id TEXT PRIMARY KEY,
  contest_id TEXT NOT NULL REFERENCES contests(id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,                -- address of the published results
  kind TEXT NOT NULL,                -- quiz writing
  opens_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  duration_s INTEGER NOT NULL DEFAULT 0,
  bank_id TEXT NOT NULL DEFAULT '',
  rule_sheet TEXT NOT NULL DEFAULT '', -- settings frozen at publish, else the contest's
  prompt TEXT NOT NULL DEFAULT '',   -- of a writing round
  board_epoch TEXT NOT NULL DEFAULT '',
  official_version INTEGER NOT NULL DEFAULT 0,
  locked_at BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX rounds_slug ON rounds(slug);
CREATE INDEX rounds_contest ON rounds(contest_id, position);
CREATE TABLE blueprint_lines (
  id TEXT PRIMARY KEY,
  round_id TEXT NOT NULL REFERENCES rounds(id),
  position INTEGER NOT NULL,
  division_id TEXT NOT NULL DEFAULT '',
  topic TEXT NOT NULL DEFAULT '',
  type TEXT NOT NULL DEFAULT '',
  difficulty TEXT NOT NULL DEFAULT '',
  age_band TEXT NOT NULL DEFAULT '',
  count INTEGER NOT NULL,
  points BIGINT NOT NULL             -- hundredths of a point, each question
);
CREATE INDEX blueprint_lines_round ON blueprint_lines(round_id, position);
-- The question versions a round may draw, frozen when it is published.
CREATE TABLE round_pool (
  round_id TEXT NOT NULL REFERENCES rounds(id),
  position INTEGER NOT NULL,         -- what a stored paper refers to
  line_id TEXT NOT NULL,
  version_id TEXT NOT NULL REFERENCES question_versions(id),
  PRIMARY KEY (round_id, position)
);

-- Attempts (hot path) --------------------------------------------------

CREATE TABLE attempts (
  id TEXT PRIMARY KEY,
  round_id TEXT NOT NULL,
  contest_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,               -- open submitted expired annulled
  seed TEXT NOT NULL,                -- secret: draws the paper, derives the ids shown to the phone
  paper TEXT NOT NULL,               -- drawn questions and option orders, fixed at start
  started_at BIGINT NOT NULL,
  deadline_at BIGINT NOT NULL,       -- moves only forward
  holder INTEGER NOT NULL DEFAULT 1, -- raised when another device takes over
  device TEXT NOT NULL DEFAULT '',
  class_id TEXT NOT NULL DEFAULT '', -- as at the start, for ranking
  school_id TEXT NOT NULL DEFAULT '',
  division_id TEXT NOT NULL DEFAULT '',
  unit_path TEXT NOT NULL DEFAULT '',
  last_change_at BIGINT NOT NULL DEFAULT 0,
  submitted_at BIGINT NOT NULL DEFAULT 0, -- the submit's receive time, or the deadline
  finished_at BIGINT NOT NULL DEFAULT 0,
  duration_us BIGINT NOT NULL DEFAULT 0,
  answered INTEGER NOT NULL DEFAULT 0,
  score BIGINT NOT NULL DEFAULT 0,
  max_score BIGINT NOT NULL DEFAULT 0,
  correct INTEGER NOT NULL DEFAULT 0,
  perfect BOOLEAN NOT NULL DEFAULT FALSE,
  prediction BIGINT,
  receipt TEXT NOT NULL DEFAULT '',
  sheet_sha256 TEXT NOT NULL DEFAULT '',
  annul_reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX attempts_once ON attempts(round_id, account_id, number);
CREATE UNIQUE INDEX attempts_open ON attempts(round_id, account_id) WHERE state = 'open';
CREATE INDEX attempts_due ON attempts(deadline_at) WHERE state = 'open';
CREATE INDEX attempts_account ON attempts(account_id);
CREATE TABLE answers (
  attempt_id TEXT NOT NULL,
  question INTEGER NOT NULL,         -- place in the paper, from 0
  seq BIGINT NOT NULL,               -- the phone's counter for this question
  response TEXT NOT NULL,            -- JSON in stable option indexes
  late BOOLEAN NOT NULL DEFAULT FALSE, -- between deadline and grace
  received_at BIGINT NOT NULL,
  PRIMARY KEY (attempt_id, question)
);
-- Every accepted change of an answer in order, for appeals.
CREATE TABLE answer_journal (
  attempt_id TEXT NOT NULL,
  question INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  holder INTEGER NOT NULL,
  response TEXT NOT NULL,
  received_at BIGINT NOT NULL
);
CREATE INDEX answer_journal_attempt ON answer_journal(attempt_id);
CREATE TABLE allowances (
  id TEXT PRIMARY KEY,
  attempt_id TEXT NOT NULL,
  extra_s INTEGER NOT NULL,
  reason TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX allowances_attempt ON allowances(attempt_id);

-- Results --------------------------------------------------------------

CREATE TABLE result_versions (
  id TEXT PRIMARY KEY,
  round_id TEXT NOT NULL REFERENCES rounds(id),
  number INTEGER NOT NULL,
  state TEXT NOT NULL,               -- provisional checked official
  target BIGINT,                     -- true value of the prediction
  target_given BOOLEAN NOT NULL DEFAULT FALSE, -- by the organizer instead of counted
  participants BIGINT NOT NULL DEFAULT 0,
  sha256 TEXT NOT NULL DEFAULT '',   -- of the lines, set when official
  note TEXT NOT NULL DEFAULT '',
  made_by TEXT NOT NULL,
  checked_by TEXT NOT NULL DEFAULT '',
  published_by TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  checked_at BIGINT NOT NULL DEFAULT 0,
  official_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX result_versions_number ON result_versions(round_id, number);
CREATE TABLE result_lines (
  result_id TEXT NOT NULL REFERENCES result_versions(id),
  position INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  attempt_id TEXT NOT NULL,
  public_name TEXT NOT NULL,         -- masked unless consent is recorded
  full_name TEXT NOT NULL,
  division_id TEXT NOT NULL DEFAULT '',
  division_rank INTEGER NOT NULL DEFAULT 0,
  class_id TEXT NOT NULL DEFAULT '',
  class_name TEXT NOT NULL DEFAULT '',
  school_id TEXT NOT NULL DEFAULT '',
  school_name TEXT NOT NULL DEFAULT '',
  score BIGINT NOT NULL,
  correct INTEGER NOT NULL,
  prediction BIGINT,
  distance BIGINT,
  perfect INTEGER NOT NULL DEFAULT 0, -- perfect attempts of the person
  duration_us BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  prize TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (result_id, position)
);
CREATE INDEX result_lines_account ON result_lines(account_id);
CREATE INDEX result_lines_division ON result_lines(result_id, division_id, position);
CREATE TABLE result_removals (
  result_id TEXT NOT NULL REFERENCES result_versions(id),
  account_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (result_id, account_id)
);

-- The rest -------------------------------------------------------------

CREATE TABLE help_lines (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL DEFAULT '',
  contact TEXT NOT NULL,             -- number or address
  kind TEXT NOT NULL,                -- phone web person
  note TEXT NOT NULL DEFAULT '',
  note_en TEXT NOT NULL DEFAULT '',
  checked_on TEXT NOT NULL,          -- yyyy-mm-dd
  unit_id TEXT NOT NULL DEFAULT ''
);
CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_id TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,              -- kind:id
  detail TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_object ON audit(object, id);
CREATE TABLE facts (                 -- small facts about this database
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
-- +goose StatementEnd
