// What was counted of questions: the shapes that the staff pages read.
import type { Ref } from './staff.ts';

export interface OptionFigures {
  id: string;
  text: string;
  correct: boolean;
  chosen: number;
  /** Of those who were served. */
  share: number;
  upper: number;
  lower: number;
  point_biserial?: number;
}

export interface KeyAlarm {
  option: string;
  key: string;
  answers: number;
  reasons: string[];
  upper_option: number;
  upper_key: number;
  upper_z: number;
  option_biserial: number;
  option_z: number;
  key_biserial: number;
  key_z: number;
}

/** StatLine is one question version in one round. */
export interface StatLine {
  round: Ref;
  contest: Ref;
  question_id: string;
  version: number;
  current: number;
  type: string;
  stem: string;
  topic: string;
  difficulty: string;
  withheld?: boolean;
  served: number;
  answered: number;
  right: number;
  facility?: number;
  discrimination?: number;
  point_biserial?: number;
  median_ms?: number;
  timed: number;
  options: OptionFigures[];
  alarm?: KeyAlarm;
}

export interface RoundStatistics {
  items: StatLine[];
  next_cursor: string;
  attempts: number;
  counted_at?: string;
  min_answers: number;
}

/** BankStatistic is what a question of a bank shows over all rounds. */
export interface BankStatistic {
  question_id: string;
  type: string;
  stem: string;
  topic: string;
  difficulty: string;
  state: string;
  current: number;
  asked?: { version: number; served: number; facility?: number; discrimination?: number; alarm: boolean };
}
