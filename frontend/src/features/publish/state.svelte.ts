// The way of a round's results: provisional, checked, official; each official
// version is kept for good.
import type { Client } from '../../lib/api/client.ts';
import type { ResultLine, ResultVersion } from '../../lib/api/staff.ts';
import { Act, Loaded, Paged, query, type ListPage } from '../../lib/staff/load.svelte.ts';

type Caller = Pick<Client, 'get' | 'post' | 'delete'>;

/** Results holds the versions of one round and the lines of the one looked at. */
export class Results {
  readonly versions: Loaded<ResultVersion[]>;
  readonly lines: Paged<ResultLine>;
  readonly act = new Act();
  chosen = $state('');

  constructor(
    private readonly api: Caller,
    readonly round: string,
  ) {
    this.versions = new Loaded(async () => {
      const page = await api.get<ListPage<ResultVersion>>(`/rounds/${round}/results`);
      return [...page.items].sort((a, b) => b.number - a.number);
    });
    this.lines = new Paged((cursor) =>
      api.get<ListPage<ResultLine>>(`/results/${this.chosen}/lines${query({ cursor, limit: 100 })}`),
    );
  }

  get current(): ResultVersion | undefined {
    return this.versions.value?.find((version) => version.id === this.chosen);
  }

  /** newest is the version that work goes on with. */
  get newest(): ResultVersion | undefined {
    return this.versions.value?.[0];
  }

  async load(): Promise<void> {
    await this.versions.load();
    const known = this.versions.value?.some((version) => version.id === this.chosen);
    if (!known) this.chosen = this.newest?.id ?? '';
    if (this.chosen) await this.lines.load();
  }

  async look(id: string): Promise<void> {
    this.chosen = id;
    await this.lines.load();
  }

  /** make counts a provisional version from the record. */
  make(target?: number): Promise<boolean> {
    return this.after(async () => {
      const made = await this.api.post<ResultVersion>(
        `/rounds/${this.round}/results`,
        target === undefined ? {} : { target_value: target },
      );
      this.chosen = made.id;
    });
  }

  check(): Promise<boolean> {
    return this.after(() => this.api.post(`/results/${this.chosen}/check`));
  }

  /** publish makes the version official; a correction of an earlier one says why. */
  publish(note: string): Promise<boolean> {
    return this.after(() => this.api.post(`/results/${this.chosen}/publish`, note ? { note } : {}));
  }

  /** correcting tells that the version follows another one, so that it must say what it changes. */
  get correcting(): boolean {
    return (this.current?.number ?? 1) > 1;
  }

  restore(account: string): Promise<boolean> {
    return this.after(() => this.api.delete(`/results/${this.chosen}/removals/${account}`));
  }

  remove(account: string, reason: string): Promise<boolean> {
    return this.after(() => this.api.post(`/results/${this.chosen}/removals`, { account_id: account, reason }));
  }

  private after(work: () => Promise<unknown>): Promise<boolean> {
    return this.act.run(async () => {
      await work();
      await this.load();
    });
  }
}

/** stepOf is how far a version has come: 0 nothing, 1 provisional, 2 checked, 3 official. */
export function stepOf(version: ResultVersion | undefined): number {
  return version ? ['provisional', 'checked', 'official'].indexOf(version.state) + 1 : 0;
}
