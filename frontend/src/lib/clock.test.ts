import { describe, expect, it } from 'vitest';
import { clockFace, ServerClock, spokenBetween } from './clock.ts';

const start = Date.parse('2026-11-24T01:00:00.000Z');
const at = (milliseconds: number) => new Date(start + milliseconds).toISOString();

/** A phone whose monotonic clock shows what the test sets. */
function phone() {
  const time = { now: 0 };
  return { time, clock: new ServerClock(() => time.now) };
}

describe('ServerClock', () => {
  it('never shows more time than the server grants, wherever in the round trip its clock was read', () => {
    for (const stamped of [0, 200, 400]) {
      const { time, clock } = phone();
      const sentAt = clock.mark();
      time.now = 400; // the reply took 400 ms; the server read its clock after `stamped` of them
      clock.sync(at(stamped), sentAt);
      const truth = 60_000 - 400;
      expect(clock.left(at(60_000))).toBeLessThanOrEqual(truth);
      expect(clock.left(at(60_000))).toBeGreaterThanOrEqual(truth - 400);
    }
  });

  it('gets more exact with a quicker reply', () => {
    const { time, clock } = phone();
    time.now = 2000;
    clock.sync(at(1000), 0);
    const rough = clock.left(at(60_000));
    const sentAt = clock.mark();
    time.now = 2010;
    clock.sync(at(2005), sentAt);
    expect(clock.left(at(60_000))).toBeGreaterThan(rough);
    expect(Math.abs(clock.left(at(60_000)) - (60_000 - 2010))).toBeLessThanOrEqual(10);
  });

  it('takes the newest word after the phone has slept and its clock stood still', () => {
    const { time, clock } = phone();
    clock.sync(at(0), 0);
    time.now = 100; // a minute passed at the server
    clock.sync(at(60_100), 90);
    expect(Math.abs(clock.now() - (start + 60_100))).toBeLessThanOrEqual(10);
  });

  it('replaces a guess made without network by the first reply', () => {
    const { time, clock } = phone();
    clock.guess(start + 3_600_000); // the device's clock was put forward by an hour
    time.now = 50;
    clock.sync(at(50), 0);
    expect(Math.abs(clock.now() - (start + 50))).toBeLessThanOrEqual(50);
  });
});

describe('clockFace', () => {
  it('rounds up, so that 00:00 means over', () => {
    expect(clockFace(0)).toBe('00:00');
    expect(clockFace(1)).toBe('00:01');
    expect(clockFace(900_000)).toBe('15:00');
    expect(clockFace(3_601_000)).toBe('1:00:01');
  });
});

describe('spokenBetween', () => {
  it('speaks at 10, 5, 1 minute and 30 seconds only', () => {
    const spoken: number[] = [];
    for (let left = 900_000; left > 0; left -= 250) {
      const due = spokenBetween(left, left - 250);
      if (due !== undefined) spoken.push(due);
    }
    expect(spoken).toEqual([600, 300, 60, 30]);
  });
});
