// The newest snapshot of one board: asked for every few seconds while somebody
// looks, answered 304 when nothing has changed. A big screen is streamed instead.
import type { Client } from '../../lib/api/client.ts';
import { asProblem } from '../../lib/api/problem.ts';
import type { Board } from '../../lib/api/types.ts';

const pollEvery = 5000;

/** How many lines the first page has, and each further one. */
export const firstLines = 20;
const furtherLines = 50;

export type Scope = 'all' | 'school' | 'class';

export interface Wanted {
  round: string;
  scope: Scope;
  division: string;
  limit: number;
  cursor?: string;
}

/** boardPath is the address of one view of a board. */
export function boardPath(wanted: Wanted): string {
  const query = new URLSearchParams({ scope: wanted.scope, limit: String(wanted.limit) });
  if (wanted.division) query.set('division', wanted.division);
  if (wanted.cursor) query.set('cursor', wanted.cursor);
  return `/rounds/${wanted.round}/leaderboard?${query}`;
}

/** Feed holds the snapshot now shown and whether it could be refreshed. */
export class Feed {
  board = $state.raw<Board | undefined>(undefined);
  failure = $state.raw<unknown>(undefined);
  /** Somebody reads on in one snapshot, which therefore stands still. */
  reading = $state(false);
  fetching = $state(false);

  private wanted: Wanted | undefined;
  private etag = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(private readonly client: Client) {}

  /** show switches to another view and keeps it fresh until stop. */
  show(wanted: Wanted): void {
    if (!this.wanted || boardPath(wanted) !== boardPath(this.wanted)) {
      this.etag = '';
      this.board = undefined;
      this.failure = undefined;
    }
    this.wanted = wanted;
    void this.newest();
  }

  /** newest shows the first page as it is now and keeps it fresh again. */
  newest(): Promise<void> {
    if (this.reading) this.etag = '';
    this.reading = false;
    return this.refresh();
  }

  /** refresh asks for the first page now; a list that somebody reads on in stays as it is. */
  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    if (this.reading || !this.wanted) return;
    const turn = ++this.turn;
    if (document.visibilityState === 'visible' || !this.board) {
      try {
        const reply = await this.client.call<Board>('GET', boardPath(this.wanted), {
          headers: this.etag ? { 'If-None-Match': this.etag } : {},
        });
        if (turn !== this.turn) return;
        if (reply.status !== 304) this.board = reply.data;
        this.etag = reply.headers.get('ETag') ?? this.etag;
        this.failure = undefined;
      } catch (error) {
        if (turn !== this.turn) return;
        this.failure = error;
      }
    }
    // Phones of a whole school must not ask in step.
    this.timer = setTimeout(() => void this.refresh(), pollEvery * (0.8 + Math.random() * 0.4));
  }

  /** more adds the next lines of the snapshot shown; when it is no longer kept, the newest is shown. */
  async more(): Promise<void> {
    const board = this.board;
    if (!board?.next_cursor || !this.wanted || this.fetching) return;
    clearTimeout(this.timer);
    const turn = ++this.turn;
    this.reading = this.fetching = true;
    try {
      const next = await this.client.get<Board>(
        boardPath({ ...this.wanted, limit: furtherLines, cursor: board.next_cursor }),
      );
      if (turn === this.turn)
        this.board = { ...board, items: [...board.items, ...next.items], next_cursor: next.next_cursor };
      this.failure = undefined;
    } catch (error) {
      if (turn !== this.turn) return;
      if (asProblem(error).status === 410) void this.newest();
      else this.failure = error;
    } finally {
      this.fetching = false;
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.turn++;
  }
}
