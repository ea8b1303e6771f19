// The detail of a recorded act in words: what a person can read, nothing raw.
import type { Act } from '../../lib/api/staff.ts';
import { formatNumber, formatSpan, known, t } from '../../lib/i18n.svelte.ts';

/** The kinds of things that acts are about, as the filter offers them. */
export const kinds = [
  'account',
  'unit',
  'unit_group',
  'contest',
  'result',
  'attempt',
  'bank',
  'question',
  'media',
  'instrument',
  'import',
  'help',
];

/** kindOf is the kind of an object such as contest:0190…; other for one that has no word yet. */
export function kindOf(object: string): string {
  const kind = object.split(':')[0]!;
  return kinds.includes(kind) ? kind : 'other';
}

/** detailOf writes what is worth reading of an act: numbers, reasons and choices, never ids. */
export function detailOf(act: Act): string {
  const detail = (act.detail ?? {}) as Record<string, unknown>;
  return Object.entries(detail)
    .flatMap(([name, value]) => {
      if (!known(`audit.detail.${name}`) || value === act.object_name) return [];
      // An edit of an account tells its state every time; only an end of it is news.
      if (name === 'state' && value === 'active') return [];
      const text = write(name, value);
      return text ? [t(`audit.detail.${name}`, { value: text })] : [];
    })
    .join(' · ');
}

function write(name: string, value: unknown): string {
  if (Array.isArray(value)) return formatNumber(value.length);
  if (name === 'extra_s' && typeof value === 'number') return formatSpan(value * 1000);
  if (typeof value === 'number') return value ? formatNumber(value) : '';
  if (typeof value !== 'string') return '';
  return known(`audit.value.${value}`) ? t(`audit.value.${value}`) : value;
}
