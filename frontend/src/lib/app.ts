import type { Client } from './api/client.ts';
import type { ServerClock } from './clock.ts';
import type { Kept } from './idb.ts';
import type { SessionState } from './session.svelte.ts';

/** App is what every screen is given: the way to the server, the device's store, the clock, the account. */
export interface App {
  client: Client;
  kept: Kept;
  clock: ServerClock;
  session: SessionState;
}
