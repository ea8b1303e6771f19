// The shapes of the API that only the staff pages use.

export interface Ref {
  id: string;
  name: string;
}

export interface Unit {
  id: string;
  parent_id?: string;
  kind: string;
  name: string;
  code: string;
  levels?: string[];
  school_year?: string;
  grade?: number;
  headcount?: number;
  headcount_at?: string;
  valid_from?: string;
  valid_to?: string;
  version: number;
  path_names?: string[];
}

export interface UnitTree extends Unit {
  children?: UnitTree[];
}

export interface Consent {
  id: string;
  kind: string;
  given_by: string;
  given_at: string;
  withdrawn_at?: string;
  evidence: string;
  contest?: Ref;
  recorded_by: Ref;
}

export interface UnitGroup {
  id: string;
  unit_id: string;
  name: string;
  members: string[];
  version: number;
}

export interface Act {
  id: string;
  at: string;
  actor: Ref;
  action: string;
  object: string;
  object_name?: string;
  detail: unknown;
}

export interface ListedImport {
  id: string;
  kind: string;
  file_name: string;
  state: string;
  unit: Ref;
  bank?: Ref;
  school_year?: string;
  by: Ref;
  counts: {
    rows: number;
    ready: number;
    warnings: number;
    errors: number;
    duplicates: number;
    committed: number;
    skipped: number;
  };
  committed: { created: number; updated: number; skipped: number };
  created_at: string;
  done_at?: string;
  undone_at?: string;
}

export interface WhySide {
  rank: number;
  code: string;
  params: { mine?: number; other?: number };
}

export interface WhyDocument {
  result: { number: number; state: string };
  rank: number;
  division_rank: number;
  participants: number;
  chain: string[];
  target?: number;
  mine: {
    score: number;
    correct: number;
    prediction?: number;
    distance?: number;
    duration_ms: number;
    submitted_at: string;
    perfect: number;
    prize?: string;
  };
  above?: WhySide;
  below?: WhySide;
}

export interface Pupil {
  account_id: string;
  name: string;
  birth_date: string;
  gender: string;
  pupil_code: string;
  class: Ref;
  card?: { code: string; issued_at: string; revoked_at?: string };
  consent: { publication: boolean };
  state?: string;
  version: number;
}

export interface StaffAccount {
  id: string;
  kind: string;
  name: string;
  login?: string;
  state?: string;
  roles: { id?: string; role: string; unit: Ref }[];
  version?: number;
}

export interface Card {
  account_id?: string;
  name: string;
  class: string;
  school?: string;
  code: string;
  pin: string;
  qr_svg: string;
  link: string;
}

export interface RowProblem {
  row?: number;
  sheet?: string;
  line?: number;
  column?: string;
  code: string;
  severity: string;
  message: string;
  message_vi?: string;
  params?: Record<string, string>;
}

export interface ImportRow {
  row: number;
  sheet?: string;
  line?: number;
  cells: Record<string, string>;
  state: string;
  problems: RowProblem[];
}

export interface ImportCounts {
  rows: number;
  ready: number;
  warnings: number;
  errors: number;
  duplicates: number;
  committed?: number;
  skipped?: number;
}

export interface Import {
  id: string;
  kind: 'questions' | 'roster';
  format: string;
  file_name?: string;
  state: string;
  school_year?: string;
  bank_id?: string;
  unit_id?: string;
  columns?: string[];
  counts: ImportCounts;
  problems?: RowProblem[];
  committed?: { created: number; updated: number; skipped: number };
  created_at?: string;
}

export interface Bank {
  id: string;
  name: string;
  unit_id?: string;
  counts?: Record<string, number>;
  version?: number;
  /** What I may do with it: read, use, edit, approve. */
  rights?: string[];
}

export interface StaffOption {
  id?: string;
  text: string;
  correct?: boolean;
  position?: number;
  pinned?: boolean;
  /** Of a matching: the right one of matches, from 1. */
  match?: number;
  media_id?: string;
  alt?: string;
}

export interface StaffQuestion {
  id: string;
  bank_id: string;
  version: number;
  approved?: number;
  type: string;
  stem: string;
  options: StaffOption[];
  state: string;
  topic: string;
  age_band: string;
  difficulty: string;
  explanation?: string;
  withheld?: boolean;
  source?: string;
  accepted?: string[];
  value?: string;
  tolerance?: string;
  author_id?: string;
  format?: string;
  matches?: string[];
  gaps?: { choices: string[]; correct?: number }[];
  audio?: { media_id: string; transcript: string };
  instrument?: string;
  instrument_id?: string;
  article?: string;
  law_from?: string;
  law_to?: string;
}

export interface TopicCell {
  topic: string;
  type: string;
  difficulty: string;
  age_band?: string;
  count: number;
}

export interface Prize {
  name: string;
  count: number;
  division?: string;
}

export interface RuleSheet {
  attempt_policy: string;
  attempts_max: number;
  rank_chain: string[];
  prediction: { on: boolean; target: string; stem?: string };
  partial_credit: string;
  duration_ends: string;
  cut_at_close: boolean;
  grace_s: number;
  late_policy: string;
  review_at: string;
  review_time?: string;
  leaderboard: string;
  names: string;
  shuffle_questions: boolean;
  shuffle_options: boolean;
  exclusions: string[];
  prizes: Prize[];
  unit_formula: {
    participation: number;
    mean: number;
    prizes: number;
    entries: number;
    min_participants: number;
  };
  organizer_text: string;
  sections: { title: string; text: string }[];
}

export interface Division {
  id?: string;
  code: string;
  name: string;
  kind: string;
  grade_from: number;
  grade_to: number;
}

export interface StaffRound {
  id: string;
  name: string;
  kind: string;
  state: string;
  slug?: string;
  opens_at?: string;
  closes_at?: string;
  duration_s: number;
  questions?: number;
  prediction?: boolean;
  bank_id?: string;
  locked?: boolean;
  version?: number;
}

export interface StaffContest {
  id: string;
  title: string;
  slug: string;
  state: string;
  rounds: StaffRound[];
  can_manage?: boolean;
  version?: number;
  server_time: string;
  settings?: {
    version: number;
    unit: Ref;
    audience: Ref[];
    school_year?: string;
    law_as_of?: string;
    locked: boolean;
    rule_sheet: RuleSheet;
    divisions: Division[];
  };
}

export interface BlueprintLine {
  division_id?: string;
  topic?: string;
  type?: string;
  difficulty?: string;
  age_band?: string;
  count: number;
  points: number;
  available?: number;
}

export interface Blueprint {
  bank_id?: string;
  lines: BlueprintLine[];
  problems?: { location: string; code: string; message: string; row?: number }[];
}

export interface MonitorCounts {
  not_in: number;
  working: number;
  lost: number;
  submitted: number;
}

export interface Monitor {
  counts: MonitorCounts;
  by_unit: { unit: Ref; counts: MonitorCounts }[];
  as_of: string;
  lost_after_s?: number;
  next_cursor?: string;
}

export interface Watched {
  account_id: string;
  attempt_id?: string;
  name: string;
  class?: Ref;
  school?: string;
  state: string;
  last_seen_at?: string;
  answered?: number;
  deadline?: string;
}

export interface ResultVersion {
  id: string;
  round_id?: string;
  number: number;
  state: string;
  target?: number;
  target_given?: boolean;
  participants: number;
  sha256?: string;
  note?: string;
  made_by?: Ref;
  checked_by?: Ref;
  published_by?: Ref;
  created_at: string;
  checked_at?: string;
  official_at?: string;
  removals?: { account_id: string; name?: string; reason: string }[];
}

export interface ResultLine {
  rank: number;
  account_id: string;
  public_name: string;
  full_name: string;
  division?: string;
  division_rank?: number;
  class_name: string;
  school_name: string;
  score: number;
  correct: number;
  prediction?: number;
  distance?: number;
  duration_ms: number;
  submitted_at: string;
  prize?: string;
}

export interface HelpLine {
  id?: string;
  name: string;
  name_en?: string;
  contact: string;
  kind: string;
  note?: string;
  note_en?: string;
  checked_on: string;
}
