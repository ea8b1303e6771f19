// The one way to the server: JSON in and out, problems thrown as Problem, the
// access token in memory only, renewed by the HttpOnly cookie when it expires.
import { networkProblem, problemOf } from './problem.ts';
import type { Account, Session } from './types.ts';

const base = '/api/v1';
const timeout = 15_000;

export interface Call {
  body?: unknown;
  /** Another bearer token than the session's, such as an attempt's save token. */
  token?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Let the request outlive the page (the last words of a closing tab). */
  keepalive?: boolean;
}

export interface Reply<T> {
  status: number;
  data: T;
  headers: Headers;
}

/** Client talks to the API for one browser tab. */
export class Client {
  private token = '';
  private renewing: Promise<boolean> | undefined;

  constructor(
    private readonly fetcher: typeof fetch = (...args) => fetch(...args),
    /** Called with the account whenever the session was opened or renewed. */
    private readonly signedIn: (account: Account) => void = () => {},
    /** Called when the session is over and cannot be renewed. */
    private readonly signedOut: () => void = () => {},
    private readonly device = '',
  ) {}

  /** hasToken tells whether calls can be made without renewing first. */
  get hasToken(): boolean {
    return this.token !== '';
  }

  /** open takes over a session the server has just granted. */
  open(session: Session): void {
    this.token = session.access_token;
    this.signedIn(session.account);
  }

  /** forget drops the token of this tab. */
  forget(): void {
    this.token = '';
  }

  get<T>(path: string, call?: Call): Promise<T> {
    return this.call<T>('GET', path, call).then((reply) => reply.data);
  }

  post<T>(path: string, body?: unknown, call?: Call): Promise<T> {
    return this.call<T>('POST', path, { ...call, body }).then((reply) => reply.data);
  }

  put<T>(path: string, body?: unknown, call?: Call): Promise<T> {
    return this.call<T>('PUT', path, { ...call, body }).then((reply) => reply.data);
  }

  patch<T>(path: string, body?: unknown, call?: Call): Promise<T> {
    return this.call<T>('PATCH', path, { ...call, body }).then((reply) => reply.data);
  }

  delete<T>(path: string, call?: Call): Promise<T> {
    return this.call<T>('DELETE', path, call).then((reply) => reply.data);
  }

  /** stream opens a reply that goes on, such as a board's event stream, until the signal ends it. */
  async stream(path: string, signal: AbortSignal): Promise<globalThis.Response> {
    if (!this.token) await this.renew();
    return this.raw('GET', path, { headers: { Accept: 'text/event-stream' }, signal });
  }

  /** call sends one request and gives status and headers beside the data. */
  async call<T>(method: string, path: string, call: Call = {}): Promise<Reply<T>> {
    const response = await this.raw(method, path, call);
    return { status: response.status, headers: response.headers, data: await this.read<T>(response) };
  }

  /** raw gives the response itself, for files and streams; the session is renewed once when it has expired. */
  async raw(method: string, path: string, call: Call = {}): Promise<globalThis.Response> {
    let response = await this.send(method, path, call);
    if (response.status === 401 && !call.token && !path.startsWith('/auth/')) {
      if (await this.renew()) response = await this.send(method, path, call);
    }
    if (response.status !== 304 && !response.ok) throw await problemOf(response);
    return response;
  }

  private async read<T>(response: Response): Promise<T> {
    if (response.status === 204 || response.status === 304) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch {
      // A reply cut short decided something we do not know: same as no answer.
      throw networkProblem();
    }
  }

  private async send(method: string, path: string, call: Call): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json', ...call.headers };
    const bearer = call.token ?? this.token;
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    if (this.device) headers['X-Device'] = this.device;
    let body: BodyInit | undefined;
    if (call.body instanceof FormData) body = call.body;
    else if (call.body !== undefined) {
      headers['Content-Type'] = 'application/json';
      body = JSON.stringify(call.body);
    }
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), call.body instanceof FormData ? timeout * 8 : timeout);
    call.signal?.addEventListener('abort', () => stop.abort());
    try {
      return await this.fetcher(base + path, {
        method,
        headers,
        body,
        signal: stop.signal,
        keepalive: call.keepalive,
        credentials: 'same-origin',
      });
    } catch {
      throw networkProblem();
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * renew asks for a new access token with the refresh cookie. Tabs take turns,
   * because each renewal replaces the cookie. False means that the session is
   * over; without any answer the problem is thrown.
   */
  renew(): Promise<boolean> {
    this.renewing ??= inTurn(() => this.refresh()).finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  private async refresh(): Promise<boolean> {
    const response = await this.send('POST', '/auth/refresh', { token: '' });
    if (response.ok) {
      this.open(await this.read<Session>(response));
      return true;
    }
    const problem = await problemOf(response);
    if (problem.transient) throw problem;
    this.token = '';
    this.signedOut();
    return false;
  }
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks ? (locks.request('mx-renew', work) as Promise<T>) : work();
}
