// One contest as the organizer edits it.
import type { Client } from '../../lib/api/client.ts';
import type { Fault } from '../../lib/api/problem.ts';
import type { Blueprint, BlueprintLine, Division, RuleSheet, StaffContest, StaffRound } from '../../lib/api/staff.ts';
import { Act, Loaded } from '../../lib/staff/load.svelte.ts';

type Caller = Pick<Client, 'get' | 'post' | 'put' | 'patch' | 'delete'>;

/** ContestState holds the contest and everything that can be done with it. */
export class ContestState {
  readonly contest: Loaded<StaffContest>;
  readonly act = new Act();

  constructor(
    private readonly api: Caller,
    readonly id: string,
  ) {
    this.contest = new Loaded(() => api.get<StaffContest>(`/contests/${id}`));
  }

  get settings() {
    return this.contest.value?.settings;
  }

  /** Whatever decides fairness is fixed. */
  get locked(): boolean {
    return this.settings?.locked ?? false;
  }

  private get match() {
    return { headers: { 'If-Match': `"${this.settings?.version ?? this.contest.value?.version ?? 0}"` } };
  }

  private do(work: () => Promise<unknown>): Promise<boolean> {
    return this.act.run(async () => {
      await work();
      await this.contest.load();
    });
  }

  edit(change: Record<string, unknown>): Promise<boolean> {
    return this.do(() => this.api.patch(`/contests/${this.id}`, change, this.match));
  }

  setRules(rules: RuleSheet): Promise<boolean> {
    return this.do(() => this.api.put(`/contests/${this.id}/rule-sheet`, rules, this.match));
  }

  setDivisions(divisions: Division[]): Promise<boolean> {
    return this.do(() => this.api.put(`/contests/${this.id}/divisions`, { items: divisions }, this.match));
  }

  publish(): Promise<boolean> {
    return this.do(() => this.api.post(`/contests/${this.id}/publish`));
  }

  addRound(round: Record<string, unknown>): Promise<boolean> {
    return this.do(() => this.api.post(`/contests/${this.id}/rounds`, round));
  }

  editRound(round: StaffRound, change: Record<string, unknown>): Promise<boolean> {
    const headers = round.version ? { headers: { 'If-Match': `"${round.version}"` } } : undefined;
    return this.do(() => this.api.patch(`/rounds/${round.id}`, change, headers));
  }

  dropRound(round: StaffRound): Promise<boolean> {
    return this.do(() => this.api.delete(`/rounds/${round.id}`));
  }

  openNow(round: StaffRound): Promise<boolean> {
    return this.do(() => this.api.post(`/rounds/${round.id}/open`));
  }

  closeNow(round: StaffRound): Promise<boolean> {
    return this.do(() => this.api.post(`/rounds/${round.id}/close`));
  }

  blueprint(round: string): Promise<Blueprint> {
    return this.api.get<Blueprint>(`/rounds/${round}/blueprint`);
  }

  setBlueprint(round: string, lines: BlueprintLine[]): Promise<Blueprint> {
    return this.api.put<Blueprint>(`/rounds/${round}/blueprint`, { lines });
  }

  /** rules is the generated text of the rule sheet as it is saved. */
  async rules(): Promise<string> {
    const doc = await this.api.get<{ html?: string; rules_html?: string }>(`/contests/${this.id}/rules`);
    return doc.html ?? doc.rules_html ?? '';
  }
}

/** tabOf says on which tab a problem of publishing is mended. */
export function tabOf(fault: Fault): '' | 'the-le' | 'bang' | 'vong' {
  const at = (fault.location ?? '').replace(/^body\.?/, '');
  if (at.startsWith('rounds')) return 'vong';
  if (at.startsWith('divisions')) return 'bang';
  if (at === 'title' || at === 'audience' || at === 'school_year' || at === 'law_as_of') return '';
  return 'the-le';
}

/** filled is a rule sheet with every part there: the API leaves out what is empty. */
export function filled(rules: Partial<RuleSheet> | undefined): RuleSheet {
  const formula = { participation: 0, mean: 0, prizes: 0, entries: 0, min_participants: 0 };
  const usual = {
    attempt_policy: 'one',
    attempts_max: 1,
    rank_chain: ['score', 'duration', 'submitted_at'],
    partial_credit: 'none',
    duration_ends: 'submit',
    cut_at_close: true,
    grace_s: 10,
    late_policy: 'accept_flagged',
    review_at: 'after_close',
    leaderboard: 'live',
    names: 'masked',
    shuffle_questions: true,
    shuffle_options: true,
    exclusions: [],
    prizes: [],
    organizer_text: '',
    sections: [],
  };
  // A copy through JSON: the form must not share lists with what was loaded.
  return JSON.parse(
    JSON.stringify({
      ...usual,
      ...rules,
      prediction: { on: false, target: 'all_correct', stem: '', ...rules?.prediction },
      unit_formula: { ...formula, ...rules?.unit_formula },
    }),
  ) as RuleSheet;
}

/** totals adds up what a blueprint makes for one division. */
export function totals(lines: BlueprintLine[], division: string): { count: number; points: number } {
  const mine = lines.filter((line) => !line.division_id || line.division_id === division);
  return {
    count: mine.reduce((sum, line) => sum + (line.count || 0), 0),
    points: mine.reduce((sum, line) => sum + (line.count || 0) * (line.points || 0), 0),
  };
}

/** chainFor puts the prediction into a rank chain after the score, or takes it out. */
export function chainFor(chain: string[], prediction: boolean): string[] {
  const without = chain.filter((key) => key !== 'prediction');
  if (!prediction) return without;
  if (chain.includes('prediction')) return chain;
  const at = Math.max(without.indexOf('score'), without.indexOf('correct')) + 1;
  return [...without.slice(0, at), 'prediction', ...without.slice(at)];
}
