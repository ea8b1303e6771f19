// The three states of everything that comes from the server: on its way,
// there, or refused. The last good value stays on screen while a newer one loads.
import { asProblem, type Problem } from '../api/problem.ts';

/**
 * again is what a button "try again" does, and nothing where trying again
 * cannot help: what is foreign or missing stays so.
 */
export function again(problem: Problem | undefined, load: () => Promise<void>): (() => void) | undefined {
  if (problem?.status === 403 || problem?.status === 404) return undefined;
  return () => void load();
}

/** Loaded is one value fetched by a function. */
export class Loaded<T> {
  value = $state.raw<T | undefined>(undefined);
  problem = $state.raw<Problem | undefined>(undefined);
  busy = $state(false);
  private turn = 0;

  constructor(private readonly fetchValue: () => Promise<T>) {}

  get again(): (() => void) | undefined {
    return again(this.problem, () => this.load());
  }

  /** load fetches anew; when loads overlap, the one begun last wins. */
  async load(): Promise<void> {
    const turn = ++this.turn;
    this.busy = true;
    try {
      const value = await this.fetchValue();
      if (turn !== this.turn) return;
      this.value = value;
      this.problem = undefined;
    } catch (error) {
      if (turn === this.turn) this.problem = asProblem(error);
    } finally {
      if (turn === this.turn) this.busy = false;
    }
  }
}

export interface ListPage<T> {
  items: T[];
  next_cursor?: string;
}

/** Paged is a list that grows page by page. */
export class Paged<T> {
  items = $state.raw<T[]>([]);
  problem = $state.raw<Problem | undefined>(undefined);
  busy = $state(false);
  /** False until the first page has come. */
  ready = $state(false);
  private cursor = '';
  more = $state(false);
  private turn = 0;

  constructor(private readonly fetchPage: (cursor: string) => Promise<ListPage<T>>) {}

  get again(): (() => void) | undefined {
    return again(this.problem, () => this.load());
  }

  /** load begins anew with the first page. */
  load(): Promise<void> {
    return this.fetch('', ++this.turn);
  }

  /** next appends the page after the last. */
  async next(): Promise<void> {
    if (this.busy || !this.more) return;
    await this.fetch(this.cursor, this.turn);
  }

  /** replace swaps one item in place, after it was changed. */
  replace(same: (item: T) => boolean, item: T): void {
    this.items = this.items.map((each) => (same(each) ? item : each));
  }

  private async fetch(cursor: string, turn: number): Promise<void> {
    this.busy = true;
    try {
      const page = await this.fetchPage(cursor);
      if (turn !== this.turn) return;
      this.items = cursor ? [...this.items, ...page.items] : page.items;
      this.cursor = page.next_cursor ?? '';
      this.more = this.cursor !== '';
      this.ready = true;
      this.problem = undefined;
    } catch (error) {
      if (turn === this.turn) this.problem = asProblem(error);
    } finally {
      if (turn === this.turn) this.busy = false;
    }
  }
}

/** Act is one thing a person does: it runs once at a time, however often the button is pressed. */
export class Act {
  busy = $state(false);
  problem = $state.raw<Problem | undefined>(undefined);

  /** run does the work unless it is already under way; true when it succeeded. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = asProblem(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** query writes the given values that are not empty as a query string. */
export function query(values: Record<string, string | number | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}
