// The pupils of a unit and what may be done for one of them.
import type { Client } from '../../lib/api/client.ts';
import type { Pupil } from '../../lib/api/staff.ts';
import { Act, Paged, query, type ListPage } from '../../lib/staff/load.svelte.ts';

type Caller = Pick<Client, 'get' | 'post'>;

/** NewCard is a card just made, shown until it is closed. */
export interface NewCard {
  code: string;
  pin: string;
  secret_link?: string;
}

/** PupilList holds the pupils found and the acts on one of them. */
export class PupilList {
  unit = $state('');
  year = $state('');
  words = $state('');
  readonly pupils: Paged<Pupil>;
  readonly act = new Act();
  /** The card made last, with whose it is. */
  made = $state.raw<{ pupil: Pupil; card: NewCard } | undefined>(undefined);

  constructor(private readonly api: Caller) {
    this.pupils = new Paged((cursor) =>
      api.get<ListPage<Pupil>>(
        `/units/${this.unit}/enrolments${query({ school_year: this.year, q: this.words, cursor, limit: 100 })}`,
      ),
    );
  }

  async load(): Promise<void> {
    if (this.unit) await this.pupils.load();
  }

  /** reissue gives a pupil a new card; the old one stops working at once. */
  reissue(pupil: Pupil): Promise<boolean> {
    return this.act.run(async () => {
      const card = await this.api.post<NewCard>(`/accounts/${pupil.account_id}/card`);
      this.made = { pupil, card };
      const now = { code: card.code, issued_at: new Date().toISOString() };
      this.pupils.replace((each) => each.account_id === pupil.account_id, { ...pupil, card: now });
    });
  }
}
