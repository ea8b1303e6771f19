// The newest snapshot of one board: asked for every few seconds while somebody
// looks, answered 304 when nothing has changed; or streamed to a big screen.
import type { Client } from '../../lib/api/client.ts';
import type { Board } from '../../lib/api/types.ts';

export const pollEvery = 5000;

export interface Wanted {
  round: string;
  scope: 'all' | 'school' | 'class';
  division: string;
  limit: number;
}

/** boardPath is the address of one view of a board. */
export function boardPath(wanted: Wanted): string {
  const query = new URLSearchParams({ scope: wanted.scope, limit: String(wanted.limit) });
  if (wanted.division) query.set('division', wanted.division);
  return `/rounds/${wanted.round}/leaderboard?${query}`;
}

/** Feed holds the snapshot now shown and whether it could be refreshed. */
export class Feed {
  board = $state.raw<Board | undefined>(undefined);
  failure = $state.raw<unknown>(undefined);

  private path = '';
  private etag = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(private readonly client: Client) {}

  /** show switches to another view and keeps it fresh until stop. */
  show(wanted: Wanted): void {
    const path = boardPath(wanted);
    if (path !== this.path) this.etag = '';
    this.path = path;
    void this.refresh();
  }

  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    if (document.visibilityState === 'visible' || !this.board) {
      try {
        const reply = await this.client.call<Board>('GET', this.path, {
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

  stop(): void {
    clearTimeout(this.timer);
    this.turn++;
  }
}

/** eventsIn splits the text of an event stream into complete data payloads and what is still unfinished. */
export function eventsIn(text: string): { data: string[]; rest: string } {
  const blocks = text.replace(/\r\n?/g, '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const data = blocks
    .map((block) =>
      block
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).replace(/^ /, ''))
        .join('\n'),
    )
    .filter(Boolean);
  return { data, rest };
}
