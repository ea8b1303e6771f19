// Times as people in Hanoi enter them. Vietnam has no summer time, so the
// offset is fixed, whatever zone the computer is set to.
const offset = 7 * 3600_000;

/** toInput writes an instant as the value of a datetime-local field, in Hanoi time. */
export function toInput(iso: string | undefined): string {
  const time = Date.parse(iso ?? '');
  if (Number.isNaN(time) || time <= 0) return '';
  return new Date(time + offset).toISOString().slice(0, 16);
}

/** fromInput reads a datetime-local field as an instant; empty when it says none. */
export function fromInput(value: string): string {
  const time = Date.parse(`${value}Z`);
  return Number.isNaN(time) ? '' : new Date(time - offset).toISOString();
}

/** schoolYear is the school year of an instant: it begins in August. */
export function schoolYear(at: Date): string {
  const local = new Date(at.getTime() + offset);
  const start = local.getUTCMonth() >= 7 ? local.getUTCFullYear() : local.getUTCFullYear() - 1;
  return `${start}-${start + 1}`;
}

/** showDate writes yyyy-mm-dd as dd/mm/yyyy. */
export function showDate(date: string | undefined): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(date ?? '');
  return found ? `${found[3]}/${found[2]}/${found[1]}` : (date ?? '');
}
