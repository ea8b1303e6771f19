import { describe, expect, it } from 'vitest';
import { Problem } from './api/problem.ts';
import type { Saved } from './api/types.ts';
import { Outbox, type SaveState, type Waiting } from './outbox.ts';

/** A server that keeps the highest sequence per question, and fails on demand. */
class FakeServer {
  kept = new Map<string, Waiting>();
  received: Waiting[] = [];
  requests = 0;
  inFlight = 0;
  mostInFlight = 0;
  faults: (Problem | 'lost-reply')[] = [];

  async send(answers: Waiting[]): Promise<Saved> {
    this.requests++;
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await Promise.resolve();
    this.inFlight--;
    const fault = this.faults.shift();
    if (fault instanceof Problem) throw fault;
    for (const each of answers) {
      this.received.push(each);
      if (each.seq > (this.kept.get(each.question_id)?.seq ?? 0)) this.kept.set(each.question_id, each);
    }
    if (fault === 'lost-reply') throw new Problem(0, 'network');
    return {
      saved: answers.map(({ question_id, seq }) => ({ question_id, seq })),
      server_time: '2026-11-24T01:00:00Z',
      deadline: '2026-11-24T01:15:00Z',
    };
  }
}

function setUp() {
  const server = new FakeServer();
  const states: SaveState[] = [];
  const timers: { work: () => void; after: number; live: boolean }[] = [];
  const outbox = new Outbox({
    send: (answers) => server.send(answers),
    persist: async () => {},
    changed: (state) => states.push(state),
    later: (work, after) => {
      const timer = { work, after, live: true };
      timers.push(timer);
      return () => (timer.live = false);
    },
    random: () => 0.5,
    monotonic: () => 0,
  });
  const live = () => timers.filter((timer) => timer.live);
  const fire = async () => {
    const timer = live()[0]!;
    timer.live = false;
    timer.work();
    await settle();
  };
  return { server, outbox, states, timers, live, fire };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('Outbox', () => {
  it('sends nothing before the device has stored it', async () => {
    const server = new FakeServer();
    let stored = () => {};
    const outbox = new Outbox({
      send: (answers) => server.send(answers),
      persist: () => new Promise((resolve) => (stored = resolve)),
      changed: () => {},
      later: () => () => {},
    });
    void outbox.put('q1', 'a');
    await settle();
    expect(server.requests).toBe(0);
    stored();
    await settle();
    expect(server.kept.get('q1')?.response).toBe('a');
  });

  it('keeps an answer that was given while an older one was on its way', async () => {
    const { outbox, server } = setUp();
    let arrive = () => {};
    const send = server.send.bind(server);
    server.send = async (answers) => {
      await new Promise<void>((resolve) => (arrive = resolve));
      return send(answers);
    };
    await outbox.put('q1', 'a');
    await outbox.put('q1', 'b');
    arrive();
    await settle();
    expect(outbox.pending.map((each) => each.response)).toEqual(['b']);
    arrive();
    await settle();
    expect(server.kept.get('q1')).toMatchObject({ seq: 2, response: 'b' });
    expect(outbox.pending).toEqual([]);
  });

  it('keeps what a broken network did not take and sends it exactly once later', async () => {
    const { outbox, server, fire } = setUp();
    server.faults = [new Problem(0, 'network')];
    await outbox.put('q1', 'a');
    await settle();
    expect(outbox.state).toEqual({ kind: 'kept', count: 1 });
    await outbox.put('q2', 'b');
    expect(server.requests).toBe(1); // the pause is kept; the next try takes both
    await fire();
    expect(server.received.map((each) => each.question_id)).toEqual(['q1', 'q2']);
    expect(outbox.state).toEqual({ kind: 'saved' });
  });

  it('sends again with the same number when the reply was lost', async () => {
    const { outbox, server, fire } = setUp();
    server.faults = ['lost-reply'];
    await outbox.put('q1', 'a');
    await settle();
    await fire();
    expect(server.received.map((each) => each.seq)).toEqual([1, 1]);
    expect(server.kept.get('q1')?.response).toBe('a');
  });

  it('never has two requests on the way, and the newest answer wins', async () => {
    const { outbox, server } = setUp();
    void outbox.put('q1', 'a');
    void outbox.put('q1', 'b');
    void outbox.put('q1', 'c');
    await settle();
    await settle();
    expect(server.mostInFlight).toBe(1);
    expect(server.kept.get('q1')).toMatchObject({ seq: 3, response: 'c' });
    expect(outbox.pending).toEqual([]);
  });

  it('honours the pause that the server asks for', async () => {
    const { outbox, server, live } = setUp();
    server.faults = [new Problem(503, 'overloaded', [], '', 7000)];
    await outbox.put('q1', 'a');
    await settle();
    expect(live()[0]!.after).toBeGreaterThanOrEqual(7000);
  });

  it('waits longer after each failure, up to half a minute', async () => {
    const { outbox, server, timers, fire } = setUp();
    server.faults = Array.from({ length: 12 }, () => new Problem(0, 'network'));
    await outbox.put('q1', 'a');
    await settle();
    for (let i = 0; i < 10; i++) await fire();
    const pauses = timers.map((timer) => timer.after);
    expect(pauses[1]).toBeGreaterThan(pauses[0]!);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
  });

  it('stops when the token has run out and goes on with everything after signing in', async () => {
    const { outbox, server, live } = setUp();
    server.faults = [new Problem(401, 'unauthorized')];
    await outbox.put('q1', 'a');
    await settle();
    await outbox.put('q2', 'b');
    expect(outbox.state).toEqual({ kind: 'signin', count: 2 });
    expect(live()).toEqual([]);
    await outbox.resume();
    expect(server.received.map((each) => each.question_id)).toEqual(['q1', 'q2']);
  });

  it('becomes read-only when another device has taken over', async () => {
    const { outbox, server } = setUp();
    server.faults = [new Problem(409, 'taken_over')];
    await outbox.put('q1', 'a');
    await settle();
    expect(outbox.state.kind).toBe('taken');
  });

  it('does not let one faulty answer hold up the others', async () => {
    const { outbox, server } = setUp();
    server.faults = [new Problem(0, 'network')];
    await outbox.put('q1', 'a');
    await outbox.put('q2', 'b');
    await settle();
    // Both together are refused, then q1 alone is, then q2 alone is taken.
    server.faults = [new Problem(422, 'bad_response'), new Problem(422, 'bad_response')];
    await outbox.flush();
    expect(server.received.map((each) => each.question_id)).toEqual(['q2']);
    expect(outbox.state).toEqual({ kind: 'error', code: 'bad_response' });
    await outbox.put('q1', 'c');
    await settle();
    expect(outbox.state).toEqual({ kind: 'saved' });
  });

  it('goes beyond every number used before a reload', async () => {
    const { outbox, server } = setUp();
    outbox.restore({ q1: 4 }, [{ question_id: 'q2', seq: 9, response: 'x' }]);
    await outbox.put('q1', 'b');
    await settle();
    expect(server.kept.get('q1')?.seq).toBe(5);
    expect(server.kept.get('q2')?.seq).toBe(9);
  });

  it('sends even when the device can store nothing', async () => {
    const server = new FakeServer();
    const outbox = new Outbox({
      send: (answers) => server.send(answers),
      persist: () => Promise.reject(new Error('quota')),
      changed: () => {},
      later: () => () => {},
    });
    await outbox.put('q1', 'a');
    await settle();
    expect(server.kept.get('q1')?.response).toBe('a');
  });
});
