// The questions of a bank as filtered, and what is done with many at once.
import type { Client } from '../../lib/api/client.ts';
import type { StaffQuestion } from '../../lib/api/staff.ts';
import { Act, Paged, query, type ListPage } from '../../lib/staff/load.svelte.ts';

type Caller = Pick<Client, 'get' | 'post'>;

/** Outcome is what became of a bulk step. */
export interface Outcome {
  done: number;
  refused: { question_id: string; code: string }[];
}

/** QuestionList holds the questions of a bank and which of them are chosen. */
export class QuestionList {
  filter = $state({ q: '', state: '', topic: '', type: '', difficulty: '', age_band: '' });
  chosen = $state.raw<Set<string>>(new Set());
  readonly questions: Paged<StaffQuestion>;
  readonly act = new Act();
  /** Refused questions of the last bulk step, by code. */
  refused = $state.raw<Record<string, number>>({});

  constructor(
    private readonly api: Caller,
    readonly bank: string,
  ) {
    this.questions = new Paged((cursor) =>
      api.get<ListPage<StaffQuestion>>(`/banks/${bank}/questions${query({ ...this.filter, cursor, limit: 50 })}`),
    );
  }

  async load(): Promise<void> {
    this.chosen = new Set();
    await this.questions.load();
  }

  choose(id: string, on: boolean): void {
    const next = new Set(this.chosen);
    if (on) next.add(id);
    else next.delete(id);
    this.chosen = next;
  }

  chooseAll(on: boolean): void {
    this.chosen = new Set(on ? this.questions.items.map((question) => question.id) : []);
  }

  /** review takes one step for all chosen; gives how many were taken. */
  async review(action: string): Promise<number | undefined> {
    let taken = 0;
    const done = await this.act.run(async () => {
      const ids = [...this.chosen];
      const answer = await this.api.post<Outcome>(`/banks/${this.bank}/reviews`, {
        action,
        question_ids: ids,
      });
      const refused: Record<string, number> = {};
      for (const { code } of answer.refused) refused[code] = (refused[code] ?? 0) + 1;
      taken = answer.done;
      this.refused = refused;
      await this.load();
    });
    return done ? taken : undefined;
  }
}
