// The round that a screen is about: its name for the title, its contest for the
// way back. A screen stays of use without them, so that a failure is no trouble.
import type { Client } from '../api/client.ts';
import type { StaffContest, StaffRound } from '../api/staff.ts';
import { t } from '../i18n.svelte.ts';
import { query, type ListPage } from './load.svelte.ts';

/** RoundHead holds one round with its contest. */
export class RoundHead {
  contest = $state.raw<StaffContest>();
  round = $state.raw<StaffRound>();

  constructor(
    private readonly api: Pick<Client, 'get'>,
    private readonly id: string,
  ) {}

  async load(): Promise<void> {
    try {
      const page = await this.api.get<ListPage<StaffContest>>(
        `/contests${query({ scope: 'staff', round_id: this.id })}`,
      );
      this.contest = page.items[0];
      this.round = this.contest?.rounds.find((one) => one.id === this.id);
    } catch {
      // What the screen shows below matters more than the name above it.
    }
  }

  /** predicts tells whether the round asks a question whose true value is known only afterwards. */
  get predicts(): boolean {
    return Boolean(this.round?.prediction);
  }

  /** crumbs lead back to the contest. */
  get crumbs(): { href: string; text: string }[] {
    const all = [{ href: '/ql/cuoc-thi', text: t('nav.contests') }];
    if (this.contest) all.push({ href: `/ql/cuoc-thi/${this.contest.id}/vong`, text: this.contest.title });
    return all;
  }
}
