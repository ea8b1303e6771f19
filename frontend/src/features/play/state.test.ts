import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../lib/app.ts';
import type { Attempt, SavedAnswer } from '../../lib/api/types.ts';
import { ServerClock } from '../../lib/clock.ts';
import { memoryKept, type Kept } from '../../lib/idb.ts';
import { SessionState } from '../../lib/session.svelte.ts';
import { unsentOn } from './journal.ts';
import { answered, Play } from './state.svelte.ts';

/** One attempt at a server that can be unplugged, taken over, closed or given more time. */
class FakeServer {
  online = true;
  session = true;
  holder = 'here';
  state = 'open';
  deadline = Date.now() + 900_000;
  answers = new Map<string, SavedAnswer>();
  accepted: SavedAnswer[] = [];
  submits = 0;
  signs = 0;
  saveTokenValid = true;

  attempt(device = 'here'): Attempt {
    return {
      id: 'a1',
      round_id: 'r1',
      number: 1,
      state: this.state,
      started_at: new Date(this.deadline - 900_000).toISOString(),
      deadline: new Date(this.deadline).toISOString(),
      server_time: new Date().toISOString(),
      grace_ms: 10_000,
      duration_s: 900,
      round: { id: 'r1', name: 'Round', contest_id: 'c1', contest_title: 'Contest' },
      questions: ['q1', 'q2', 'q3'].map((id, i) => ({
        id,
        number: i + 1,
        type: 'single',
        stem_html: id,
        options: [],
        points: 100,
      })),
      answers: [...this.answers.values()],
      save_token: 'save',
      held_elsewhere: this.holder !== device,
      review: 'not_yet',
    } as Attempt;
  }

  fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    await Promise.resolve();
    if (!this.online) throw new TypeError('offline');
    const path = String(input).replace('/api/v1', '');
    const body = init?.body ? (JSON.parse(String(init.body)) as { answers?: SavedAnswer[] }) : {};
    const token = new Headers(init?.headers).get('Authorization');
    const reply = (status: number, data: unknown) => new Response(JSON.stringify(data), { status });
    const bySaveToken = token === 'Bearer save' && this.saveTokenValid;
    if (path === '/auth/refresh') return reply(401, { code: 'session_expired' });
    if (!bySaveToken && !this.session) return reply(401, { code: 'unauthorized' });
    if (path.endsWith('/takeover')) {
      this.holder = 'here';
      return reply(200, this.attempt());
    }
    if (path.endsWith('/answers')) {
      if (this.state !== 'open') return reply(409, { code: 'attempt_closed' });
      if (this.holder !== 'here') return reply(409, { code: 'taken_over' });
      this.take(body.answers ?? []);
      const deadline = new Date(this.deadline).toISOString();
      return reply(200, { saved: body.answers, server_time: new Date().toISOString(), deadline });
    }
    if (path.endsWith('/alive')) {
      this.signs++;
      return new Response(null, { status: 204 });
    }
    if (path.endsWith('/submit')) {
      this.submits++;
      this.take(body.answers ?? []);
      this.state = 'submitted';
      return reply(200, {
        state: 'submitted',
        receipt: { code: 'R', answered: 1, submitted_at: '', sheet_sha256: '' },
      });
    }
    return reply(200, this.attempt());
  };

  private take(answers: SavedAnswer[]) {
    for (const each of answers) {
      this.accepted.push(each);
      if (each.seq > (this.answers.get(each.question_id)?.seq ?? 0)) this.answers.set(each.question_id, each);
    }
  }
}

let server: FakeServer;
let kept: Kept;
let done: number[];
const plays: Play[] = [];

/** A page of the phone: a new one is what a reload leaves. */
async function page(): Promise<Play> {
  const session = new SessionState(kept, server.fetch as typeof fetch);
  const app: App = { kept, session, client: session.client, clock: new ServerClock() };
  const play = new Play(app, 'a1', 'acc', (lost) => done.push(lost));
  plays.push(play);
  await play.open();
  return play;
}

const settle = () => vi.advanceTimersByTimeAsync(5);

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  kept = memoryKept();
  done = [];
});

afterEach(() => {
  for (const play of plays.splice(0)) play.dispose();
  vi.useRealTimers();
});

describe('Play', () => {
  it('gives the same question, answers and time after a reload without network, and sends each answer once', async () => {
    const first = await page();
    first.answer('q1', 'a');
    await settle();
    server.online = false;
    first.goTo(1);
    first.answer('q2', 'b');
    await settle();
    expect(first.save).toEqual({ kind: 'kept', count: 1 });
    first.dispose();

    const second = await page();
    expect(second.phase).toBe('playing');
    expect(second.index).toBe(1);
    expect(second.answers).toEqual({ q1: 'a', q2: 'b' });
    expect(second.left).toBeGreaterThan(890_000);
    second.answer('q1', 'c');
    await settle();

    server.online = true;
    await second.reach();
    await settle();
    expect(second.save).toEqual({ kind: 'saved' });
    expect([...server.answers.values()].map((each) => [each.question_id, each.seq, each.response])).toEqual([
      ['q1', 2, 'c'],
      ['q2', 1, 'b'],
    ]);
    expect(server.accepted.filter((each) => each.question_id === 'q2')).toHaveLength(1);
  });

  // Planted defect: a sign beside every save.
  it('says about every twenty seconds that it is there, unless it saves or another device writes', async () => {
    const play = await page();
    await vi.advanceTimersByTimeAsync(240_000);
    expect(server.signs).toBeGreaterThanOrEqual(9);
    expect(server.signs).toBeLessThanOrEqual(16);
    const before = server.signs;
    for (let i = 0; i < 12; i++) {
      play.answer('q1', `a${i}`);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(server.signs).toBe(before);
    server.holder = 'elsewhere';
    await play.reach();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.signs).toBe(before);
    play.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.signs).toBe(before);
  });

  it('does not let a late copy of the server take a newer answer back', async () => {
    const play = await page();
    play.answer('q1', 'a');
    await settle();
    const stale = server.attempt();
    play.answer('q1', 'b');
    await settle();
    server.attempt = () => stale;
    await play.reach();
    expect(play.answers.q1).toBe('b');
  });

  it('hands in once for five fast taps', async () => {
    const play = await page();
    for (let i = 0; i < 5; i++) void play.submit();
    await settle();
    expect(server.submits).toBe(1);
    expect(done).toEqual([0]);
    expect(await kept.keys('draft:')).toEqual([]);
  });

  it('stays queued without network, over a reload too, and hands in when it is back', async () => {
    const play = await page();
    server.online = false;
    play.answer('q1', 'a');
    void play.submit();
    await settle();
    expect(play.phase).toBe('queued');
    expect(await unsentOn(kept)).toBe(1);
    play.dispose();
    const again = await page();
    expect(again.phase).toBe('queued');
    server.online = true;
    await again.reach();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.submits).toBe(1);
    expect(server.answers.get('q1')?.response).toBe('a');
  });

  it('locks when the time is up, sends what waits and then asks for the receipt', async () => {
    const play = await page();
    server.online = false;
    play.answer('q1', 'a');
    await settle();
    await vi.advanceTimersByTimeAsync(901_000);
    expect(play.phase).toBe('timeup');
    play.answer('q2', 'late');
    expect(play.answers.q2).toBeUndefined();
    server.online = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.answers.get('q1')?.response).toBe('a');
    expect(server.submits).toBe(1);
  });

  it('shows extra time from the reply to a save, and unlocks when it came at the last moment', async () => {
    const play = await page();
    server.deadline += 300_000;
    play.answer('q1', 'a');
    await settle();
    expect(play.left).toBeGreaterThan(1_190_000);
    await vi.advanceTimersByTimeAsync(1_200_000);
    expect(play.phase).toBe('timeup');
    server.deadline += 300_000;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(play.phase).toBe('playing');
    expect(server.submits).toBe(0);
  });

  it('becomes read-only when another device goes on, and can take the attempt back with all answers', async () => {
    const play = await page();
    server.holder = 'there';
    play.answer('q1', 'a');
    await settle();
    expect(play.save.kind).toBe('taken');
    expect(play.locked).toBe(true);
    server.answers.set('q2', { question_id: 'q2', seq: 1, response: 'from there' });
    await play.takeOver();
    await settle();
    expect(play.phase).toBe('playing');
    expect(play.answers).toEqual({ q1: 'a', q2: 'from there' });
    expect(server.answers.get('q1')?.response).toBe('a');
  });

  it('asks before it continues an attempt that is open on another device', async () => {
    server.holder = 'there';
    const play = await page();
    expect(play.phase).toBe('elsewhere');
  });

  it('saves on with its own token when the session is over, and loses nothing when that is over too', async () => {
    const play = await page();
    server.session = false;
    play.answer('q1', 'a');
    await settle();
    expect(play.save.kind).toBe('saved');
    server.saveTokenValid = false;
    play.answer('q2', 'b');
    await settle();
    expect(play.save).toEqual({ kind: 'signin', count: 1 });
    expect(play.needsSignIn).toBe(true);
    server.session = server.saveTokenValid = true;
    await play.signedIn();
    await settle();
    expect(play.needsSignIn).toBe(false);
    expect(server.answers.get('q2')?.response).toBe('b');
  });

  it('tells how many answers came after the server had closed the attempt', async () => {
    const play = await page();
    server.online = false;
    play.answer('q1', 'a');
    await settle();
    server.state = 'expired';
    server.online = true;
    await play.reach();
    await settle();
    expect(done).toEqual([1]);
  });

  it('forgets nothing of another pupil’s draft on the same device', async () => {
    await kept.put('draft:other:a1', { waiting: [], answers: { q1: 'x' } });
    const play = await page();
    expect(play.answers).toEqual({});
    expect(await kept.get('draft:other:a1')).toBeDefined();
  });
});

describe('answered', () => {
  it('takes blanks and empty choices for no answer', () => {
    for (const empty of [undefined, null, '', '  ', [], {}]) expect(answered(empty)).toBe(false);
    for (const full of ['a', ['a'], 0, { a: 'b' }]) expect(answered(full)).toBe(true);
  });
});
