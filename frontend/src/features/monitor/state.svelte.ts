// A round as it is being taken: counts that follow within seconds, the people
// behind them, and what may be done for one of them.
import type { Client } from '../../lib/api/client.ts';
import { asProblem, type Problem } from '../../lib/api/problem.ts';
import type { Monitor, Watched } from '../../lib/api/staff.ts';
import { Act, Paged, query, type ListPage } from '../../lib/staff/load.svelte.ts';
import { readEvents } from '../../lib/stream.ts';

export type Presence = '' | 'not_in' | 'working' | 'lost' | 'submitted';

/** Timing of the watch, in milliseconds; tests shorten it. */
export const pace = { poll: 4000, retry: 20_000, quiet: 7000, stale: 12_000, list: 4000 };

/** Watch follows one round: by stream while it holds, by asking again while it does not. */
export class Watch {
  monitor = $state.raw<Monitor | undefined>(undefined);
  problem = $state.raw<Problem | undefined>(undefined);
  /** How the counts arrive now. */
  way = $state<'stream' | 'poll'>('poll');
  /** When the newest counts arrived, on the computer's monotonic clock. */
  heard = $state(0);
  unit = $state('');
  state = $state<Presence>('');
  words = $state('');
  readonly people: Paged<Watched>;
  readonly act = new Act();
  private stop = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private listed = 0;
  private asking = false;

  constructor(
    private readonly client: Client,
    readonly round: string,
    private readonly now: () => number = () => performance.now(),
    private readonly listen: typeof readEvents = readEvents,
  ) {
    this.people = new Paged((cursor) =>
      client.get<ListPage<Watched>>(
        `/rounds/${round}/monitor/people${query({ unit_id: this.unit, state: this.state, q: this.words.trim(), cursor, limit: 50 })}`,
      ),
    );
  }

  /** start asks once, then listens; ended by end. */
  start(): void {
    this.stop = new AbortController();
    void this.ask();
    void this.people.load();
    void this.stream();
  }

  end(): void {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  /** look narrows to a unit and begins anew. */
  look(unit: string): void {
    this.end();
    this.unit = unit;
    this.start();
  }

  show(state: Presence): void {
    this.state = this.state === state ? '' : state;
    void this.people.load();
  }

  /** stale tells whether the counts are older than they should be. */
  stale(at: number): boolean {
    return this.heard > 0 && at - this.heard > pace.stale;
  }

  /**
   * tick is called every second: a stream that is quiet for long is asked past,
   * because nothing new and nothing heard look the same.
   */
  tick(at: number): void {
    if (this.way === 'stream' && at - this.heard > pace.quiet && !this.asking) void this.ask();
  }

  /** age is how old the counts are, in whole seconds. */
  age(at: number): number {
    return Math.max(0, Math.floor((at - this.heard) / 1000));
  }

  async ask(): Promise<void> {
    const stop = this.stop;
    this.asking = true;
    try {
      const monitor = await this.client.get<Monitor>(`/rounds/${this.round}/monitor${query({ unit_id: this.unit })}`);
      if (!stop.signal.aborted) this.take(monitor);
    } catch (error) {
      if (!stop.signal.aborted) this.problem = asProblem(error);
    } finally {
      this.asking = false;
    }
  }

  private take(monitor: Monitor): void {
    const before = this.monitor;
    this.monitor = monitor;
    this.problem = undefined;
    this.heard = this.now();
    const changed = JSON.stringify(before?.counts) !== JSON.stringify(monitor.counts);
    if (before && changed) this.refresh();
  }

  /** refresh fetches the list again when only its first page is open: a page further down must not jump. */
  private refresh(): void {
    const now = this.now();
    if (now - this.listed < pace.list || this.people.items.length > 50 || this.people.busy) return;
    this.listed = now;
    void this.people.load();
  }

  private async stream(): Promise<void> {
    const stop = this.stop;
    try {
      await this.listen(
        this.client,
        `/rounds/${this.round}/monitor/stream${query({ unit_id: this.unit })}`,
        stop.signal,
        (data) => {
          if (stop.signal.aborted) return;
          this.way = 'stream';
          this.take(JSON.parse(data) as Monitor);
        },
      );
    } catch {
      // Asking again takes over below.
    }
    if (stop.signal.aborted) return;
    this.way = 'poll';
    this.poll(0);
  }

  private poll(since: number): void {
    this.timer = setTimeout(() => {
      void this.ask();
      if (since >= pace.retry) void this.stream();
      else this.poll(since + pace.poll);
    }, pace.poll);
  }

  /** extend gives extra seconds to a running attempt. */
  extend(person: Watched, seconds: number, reason: string): Promise<boolean> {
    return this.after(() =>
      this.client.post(`/attempts/${person.attempt_id}/allowances`, { extra_s: seconds, reason }),
    );
  }

  /** annul takes an attempt out of the contest. */
  annul(person: Watched, reason: string): Promise<boolean> {
    return this.after(() => this.client.post(`/attempts/${person.attempt_id}/annul`, { reason }));
  }

  private after(work: () => Promise<unknown>): Promise<boolean> {
    return this.act.run(async () => {
      await work();
      await Promise.all([this.people.load(), this.ask()]);
    });
  }
}
