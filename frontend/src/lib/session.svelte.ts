// Who is signed in on this device, and what a shared device must forget.
import { Client } from './api/client.ts';
import { asProblem } from './api/problem.ts';
import type { Account, Session } from './api/types.ts';
import type { Kept } from './idb.ts';

const hint = 'mx.in';
const deviceKey = 'mx.device';
const owed = 'mx.logout';
const accountKey = 'account';

/** remember and recall use the small local store, or nothing where the browser gives none. */
function remember(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // The page works without; it only asks for the card again after a reload.
  }
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** deviceId tells two devices of one pupil apart; it says nothing about the device. */
function deviceId(): string {
  const known = recall(deviceKey);
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const made = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  remember(deviceKey, made);
  return made;
}

export type Standing = 'unknown' | 'in' | 'out';

/** SessionState is the signed-in account of this device, shared by all screens. */
export class SessionState {
  standing = $state<Standing>('unknown');
  account = $state.raw<Account | undefined>(undefined);
  readonly client: Client;
  private settling = false;

  constructor(
    private readonly kept: Kept,
    fetcher?: typeof fetch,
  ) {
    this.client = new Client(
      fetcher,
      (account) => this.entered(account),
      () => (this.standing = 'out'),
      deviceId(),
    );
  }

  /**
   * start finds out who is signed in. Without an earlier sign-in on this device
   * it asks nobody; without network it trusts what the device remembers.
   */
  async start(): Promise<void> {
    if (recall(owed)) await this.settleLogout();
    if (!recall(hint)) {
      this.standing = 'out';
      return;
    }
    this.account = await this.kept.get<Account>(accountKey).catch(() => undefined);
    if (this.account) this.standing = 'in';
    try {
      await this.client.renew();
    } catch {
      if (!this.account) this.standing = 'out';
    }
  }

  private entered(account: Account): void {
    if (this.settling) return; // renewed only to be ended
    this.account = account;
    this.standing = 'in';
    remember(hint, '1');
    remember(owed, undefined);
    void this.kept.put(accountKey, account).catch(() => {});
  }

  /** enter signs in with what a card says. */
  async enter(card: string, pin: string): Promise<void> {
    this.client.open(await this.client.post<Session>('/auth/card', { card, pin }));
  }

  /** leave signs out and wipes every trace of the pupil from the device, with or without network. */
  async leave(): Promise<void> {
    remember(owed, '1');
    remember(hint, undefined);
    await this.settleLogout();
    await this.kept.clear().catch(() => {});
    remember(deviceKey, undefined);
    try {
      sessionStorage.clear();
    } catch {
      // Nothing to clear then.
    }
    this.account = undefined;
    this.standing = 'out';
  }

  /** settleLogout ends the session at the server, now or when the network is back. */
  private async settleLogout(): Promise<void> {
    this.settling = true;
    try {
      await this.end();
      remember(owed, undefined);
    } catch {
      // Stays owed; the next page load tries again.
    } finally {
      this.client.forget();
      this.settling = false;
    }
  }

  /**
   * end signs out. A token that a reload lost or that is too old is renewed
   * first, because the server ends the session that the token names.
   */
  private async end(): Promise<void> {
    if (this.client.hasToken) {
      try {
        return await this.client.post('/auth/logout');
      } catch (error) {
        if (asProblem(error).status !== 401) throw error;
      }
    }
    if (await this.client.renew()) await this.client.post('/auth/logout');
  }
}
