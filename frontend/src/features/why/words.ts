// The sentences of "why this place": what a person brought, and what decided
// against a neighbour.
import type { Why } from '../../lib/api/types.ts';
import { formatMarks, formatNumber, formatSpan, formatTime, t } from '../../lib/i18n.svelte.ts';

type Side = NonNullable<Why['above']>;

/** figure writes the value of a criterion as people read it. */
function figure(key: string, value: number): string {
  if (key === 'score') return formatMarks(value);
  if (key === 'duration') return span(value);
  if (key === 'submitted_at') return moment(new Date(value));
  return formatNumber(value);
}

/** Two times that differ by less than a second are told with their fraction: it decided. */
function span(milliseconds: number): string {
  const part = milliseconds % 1000;
  const whole = formatSpan(milliseconds - part);
  return part ? `${whole} ${formatNumber(part)} ms` : whole;
}

function moment(when: Date): string {
  const at = formatTime(when);
  const fine = `${String(when.getUTCSeconds()).padStart(2, '0')}.${String(when.getUTCMilliseconds()).padStart(3, '0')}`;
  return at.replace(/^(\d\d:\d\d)/, `$1:${fine}`);
}

/** mine says what the person brought in one criterion. */
export function mine(why: Why, key: string): string {
  const line = why.mine;
  if (key === 'prediction') {
    if (line.prediction === undefined) return t('why.prediction.none');
    if (why.target === undefined || line.distance === undefined)
      return t('why.prediction.unknown', { n: line.prediction });
    return t('why.prediction.mine', { n: line.prediction, target: why.target, distance: line.distance });
  }
  const values: Record<string, number> = {
    score: line.score,
    correct: line.correct,
    duration: line.duration_ms,
    submitted_at: Date.parse(line.submitted_at),
    perfect: line.perfect,
  };
  return t(`why.${key}.mine`, { n: figure(key, values[key] ?? 0) });
}

/** against says in which values two neighbours differ. */
export function against(side: Side): string {
  const { mine: own, other } = side.params;
  if (own === undefined || other === undefined) return t('why.against.prediction.none');
  return t(`why.against.${side.code}`, { mine: figure(side.code, own), other: figure(side.code, other) });
}
