// Finding units by name, for the many fields that ask for one.
import type { Client } from '../api/client.ts';
import type { Unit } from '../api/staff.ts';
import { known, t } from '../i18n.svelte.ts';
import { query, type ListPage } from './load.svelte.ts';

/** findUnits searches the units that the account may see, as choices of a combobox. */
export function findUnits(client: Client, kind?: string) {
  return async (words: string) => {
    const page = await client.get<ListPage<Unit>>(`/units${query({ q: words, kind, limit: 20 })}`);
    return page.items.map((unit) => ({
      id: unit.id,
      text: unit.name,
      note: [kindName(unit.kind), unit.school_year].filter(Boolean).join(' · '),
    }));
  };
}

/** kindName is the word for a kind of unit. */
export function kindName(kind: string): string {
  return known(`unit.kind.${kind}`) ? t(`unit.kind.${kind}`) : kind;
}
