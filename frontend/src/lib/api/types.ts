// Short names for the generated shapes, in one place: screens import these.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Account = Schemas['Account'];
export type Session = Schemas['Session'];
export type Contest = Schemas['Contest'];
export type Round = Schemas['Round'];
export type MyAttempt = Schemas['MyAttempt'];
export type Attempt = Schemas['Attempt'];
export type Question = Schemas['Question'];
export type Option = Schemas['Option'];
export type SavedAnswer = Schemas['SavedAnswer'];
export type Saved = Schemas['Saved'];
export type Receipt = Schemas['Receipt'];
export type Submitted = Schemas['Submitted'];
export type Outcome = Schemas['Outcome'];
export type Review = Schemas['Review'];
export type Reviewed = Schemas['Reviewed'];
export type Board = Schemas['Board'];
export type BoardLine = Schemas['BoardLine'];
export type BoardMe = Schemas['BoardMe'];
export type HelpList = Schemas['HelpList'];

/** An answer in the form the API takes: an option, options, a text or a number as typed. */
export type Response = string | string[] | number | Record<string, string> | null;
