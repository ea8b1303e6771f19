import { expect, it } from 'vitest';
import { AlarmWatch } from './alarms.svelte.ts';

it('a question is new once, and stays when the server cannot be asked', async () => {
  const answers: unknown[] = [
    { items: [], min_answers: 100 },
    { items: [{ question_id: 'a' }], min_answers: 100 },
    { items: [{ question_id: 'a' }, { question_id: 'b' }], min_answers: 100 },
  ];
  const get = async () => {
    const next = answers.shift();
    if (!next) throw new Error('no way to the server');
    return next;
  };
  const watch = new AlarmWatch({ get: get as never }, 'r');
  expect([await watch.ask(), await watch.ask(), await watch.ask(), await watch.ask()]).toEqual([0, 1, 1, 0]);
  expect(watch.lines.map((line) => line.question_id)).toEqual(['a', 'b']);
  expect(watch.least).toBe(100);
});
