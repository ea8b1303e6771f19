// Which parts of the interface an account gets to see. The server decides what
// is allowed; this only spares people doors that would not open.
import type { Account } from '../api/types.ts';

export type Area =
  | 'overview'
  | 'contests'
  | 'banks'
  | 'review'
  | 'imports'
  | 'units'
  | 'groups'
  | 'pupils'
  | 'cards'
  | 'accounts'
  | 'helplines'
  | 'audit';

const areas: Record<string, Area[]> = {
  admin: [
    'overview',
    'contests',
    'banks',
    'review',
    'imports',
    'units',
    'groups',
    'pupils',
    'cards',
    'accounts',
    'helplines',
    'audit',
  ],
  organizer: ['overview', 'contests', 'banks', 'review', 'imports', 'units', 'groups', 'helplines'],
  school: ['overview', 'contests', 'imports', 'units', 'pupils', 'cards'],
  teacher: ['overview', 'contests', 'banks', 'review', 'imports', 'pupils', 'cards'],
  judge: ['overview'],
};

/** areasOf lists what an account's roles open, in the order of the menu. */
export function areasOf(account: Account | undefined): Set<Area> {
  return new Set((account?.roles ?? []).flatMap((grant) => areas[grant.role] ?? []));
}

/** holds tells whether an account has one of the roles anywhere. */
export function holds(account: Account | undefined, ...roles: string[]): boolean {
  return (account?.roles ?? []).some((grant) => grant.role === 'admin' || roles.includes(grant.role));
}
