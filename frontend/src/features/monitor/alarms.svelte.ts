// Keys of a running round that are probably wrong. The figures are counted by
// the server every few seconds; looking twice a minute is soon enough to act.
import type { Client } from '../../lib/api/client.ts';
import type { RoundStatistics, StatLine } from '../../lib/api/statistics.ts';

/** AlarmWatch holds the questions whose key is in question. */
export class AlarmWatch {
  lines = $state.raw<StatLine[]>([]);
  /** Answers from which a key can be called into question; 0 until something was heard. */
  least = $state(0);

  constructor(
    private readonly api: Pick<Client, 'get'>,
    private readonly round: string,
  ) {}

  /** ask looks once and tells how many questions are new; what was known stays when it fails. */
  async ask(): Promise<number> {
    try {
      const found = await this.api.get<RoundStatistics>(`/rounds/${this.round}/alarms`);
      const before = new Set(this.lines.map((line) => line.question_id));
      this.lines = found.items;
      this.least = found.min_answers;
      return found.items.filter((line) => !before.has(line.question_id)).length;
    } catch {
      return 0;
    }
  }
}
