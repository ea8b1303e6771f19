// Short names for the generated shapes, in one place: screens import these.
import type { components } from './schema';

type Schemas = components['schemas'];

/** The document allows null for every empty list; the server writes [] and screens rely on it. */
type Solid<T> = T extends readonly (infer Item)[]
  ? Solid<Item>[]
  : T extends object
    ? { [Key in keyof T]: Solid<Exclude<T[Key], null>> }
    : T;

type Shape<Name extends keyof Schemas> = Omit<Solid<Schemas[Name]>, '$schema'>;

export type Ref = Shape<'Ref'>;
export type Contest = Shape<'Contest'>;
export type Round = Shape<'Round'>;
export type MyAttempt = Shape<'MyAttempt'>;
export type Attempt = Shape<'Attempt'>;
export type Question = Shape<'PaperQuestion'>;
export type Option = Shape<'PaperOption'>;
export type SavedAnswer = Shape<'Given'>;
export type Saved = Shape<'Saved'>;
export type Receipt = Shape<'Receipt'>;
export type Submitted = Shape<'Submitted'>;
export type Outcome = Shape<'Outcome'>;
export type Review = Shape<'Review'>;
export type Reviewed = Shape<'Reviewed'>;
export type BoardAbout = Shape<'BoardAbout'>;
export type Why = Shape<'Why'>;

export interface Account {
  id: string;
  kind: string;
  name: string;
  login?: string;
  roles: { role: string; unit: Ref }[];
  unit?: Ref;
  class?: Ref;
  language?: string;
}

export interface Session {
  access_token: string;
  token_type: string;
  expires_in: number;
  account: Account;
}

export interface BoardLine {
  rank: number;
  name: string;
  unit: string;
  score: number;
  correct: number;
  duration_ms: number;
  me: boolean;
}

export interface Board {
  version: string;
  as_of: string;
  state: string;
  frozen_since?: string;
  /** An older state, as of its time: the board is being filled anew. */
  stale?: boolean;
  total: number;
  items: BoardLine[];
  next_cursor?: string;
}

export interface BoardMe {
  place?: BoardLine;
  around: BoardLine[];
}

export interface HelpList {
  items: {
    name: string;
    name_en?: string;
    contact: string;
    kind: string;
    phone?: string;
    url?: string;
    note?: string;
    note_en?: string;
    checked_on?: string;
  }[];
}

/** An answer in the form the API takes: an option, options, a text or a number as typed. */
export type Response = string | string[] | number | Record<string, string> | null;
