// Who is signed in on this computer, for the staff pages. Nothing is kept on
// the device but the hint that a refresh cookie exists.
import { Client } from '../api/client.ts';
import type { Account, Session } from '../api/types.ts';

const hint = 'mx.in';

function remember(value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(hint);
    else localStorage.setItem(hint, value);
  } catch {
    // Without storage a reload asks for the password again.
  }
}

function recall(): boolean {
  try {
    return localStorage.getItem(hint) !== null;
  } catch {
    return true;
  }
}

export type Standing = 'unknown' | 'in' | 'out';

/** StaffSession is the signed-in account of this tab. */
export class StaffSession {
  standing = $state<Standing>('unknown');
  account = $state.raw<Account | undefined>(undefined);
  /** True when a running session ended by itself: the page says so instead of just asking to sign in. */
  ended = $state(false);
  readonly client: Client;

  constructor(fetcher?: typeof fetch) {
    this.client = new Client(
      fetcher,
      (account) => this.entered(account),
      () => this.over(),
    );
  }

  /** start takes up an earlier sign-in of this computer, if there is one. */
  async start(): Promise<void> {
    if (!recall()) {
      this.standing = 'out';
      return;
    }
    try {
      await this.client.renew();
    } catch {
      this.standing = 'out';
    }
  }

  /** enter signs in with login and password. */
  async enter(login: string, password: string): Promise<void> {
    this.client.open(await this.client.post<Session>('/auth/login', { login, password }));
  }

  /** leave ends the session here and at the server. */
  async leave(): Promise<void> {
    await this.client.post('/auth/logout').catch(() => undefined);
    this.client.forget();
    remember(undefined);
    this.account = undefined;
    this.standing = 'out';
  }

  private entered(account: Account): void {
    // The same account renewed must not make every screen load anew.
    if (JSON.stringify(account) !== JSON.stringify(this.account)) this.account = account;
    this.standing = 'in';
    this.ended = false;
    remember('1');
  }

  private over(): void {
    this.ended = this.standing === 'in';
    this.standing = 'out';
    this.account = undefined;
    remember(undefined);
  }
}
