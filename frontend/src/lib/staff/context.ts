// What every staff screen is given by the shell.
import { getContext, setContext } from 'svelte';
import type { Client } from '../api/client.ts';
import type { Notices } from './notices.svelte.ts';
import type { StaffSession } from './session.svelte.ts';

export interface Staff {
  client: Client;
  session: StaffSession;
  notices: Notices;
}

const key = Symbol('staff');

/** giveStaff hands the shell's parts to every screen below. */
export function giveStaff(staff: Staff): void {
  setContext(key, staff);
}

/** useStaff is what the shell has given. */
export function useStaff(): Staff {
  return getContext<Staff>(key);
}
