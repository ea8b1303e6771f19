// Texts by key in two languages. Vietnamese travels with the page; the other
// language is fetched when it is chosen. Plural forms are separate keys
// (name_one, name_other), which is all that these two languages need.

export type Lang = 'vi' | 'en';
export type Texts = Record<string, string>;
export type Params = Record<string, string | number>;

const kept = 'mx.lang';
const zone = 'Asia/Ho_Chi_Minh';

let lang = $state<Lang>('vi');
let texts = $state.raw<Texts>({});
let own: Texts = {};
let load: (lang: Lang) => Promise<Texts> = async () => ({});

/** startTexts gives the texts of the page's own language and the way to fetch the other. */
export async function startTexts(vi: Texts, english: () => Promise<Texts>): Promise<void> {
  texts = own = vi;
  load = async (next) => (next === 'vi' ? own : english());
  if (readKept() === 'en') await speak('en');
}

/** moreTexts adds the texts of the page's own language that a later chunk brings along. */
export function moreTexts(vi: Texts): void {
  own = { ...own, ...vi };
  if (lang === 'vi') texts = own;
}

function readKept(): string | null {
  try {
    return localStorage.getItem(kept);
  } catch {
    return null;
  }
}

/** speak switches the language; the old one stays when the texts cannot be fetched. */
export async function speak(next: Lang): Promise<void> {
  try {
    texts = await load(next);
  } catch {
    return;
  }
  lang = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(kept, next);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** language is the one now shown. */
export function language(): Lang {
  return lang;
}

/** known tells whether a key has a text; error codes of the server are looked up with it. */
export function known(key: string): boolean {
  return key in texts;
}

/** t is the text of a key with {name} filled in; a count chooses the plural form. */
export function t(key: string, params: Params = {}): string {
  let text = texts[key];
  if (text === undefined && typeof params.count === 'number') {
    const form = new Intl.PluralRules(lang).select(params.count);
    text = texts[`${key}_${form}`] ?? texts[`${key}_other`];
  }
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = params[name];
    return typeof value === 'number' ? formatNumber(value) : String(value ?? '');
  });
}

function locale(): string {
  return lang === 'vi' ? 'vi-VN' : 'en-GB';
}

/** formatNumber writes 1.234,5 in Vietnamese and 1,234.5 in English. */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 }).format(value);
}

/** formatMarks writes hundredths of a point as points. */
export function formatMarks(hundredths: number): string {
  return formatNumber(hundredths / 100);
}

/** formatTime writes an instant as 14:05 dd/mm/yyyy in Vietnam's time, whatever zone the device is in. */
export function formatTime(iso: string | Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(new Date(iso));
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('hour')}:${part('minute')} ${part('day')}/${part('month')}/${part('year')}`;
}

/** formatSpan writes a length of time in words, leaving out what is zero. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts: string[] = [];
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours) parts.push(t('span.hours', { n: hours }));
  if (minutes) parts.push(t('span.minutes', { n: minutes }));
  if (seconds % 60 || !parts.length) parts.push(t('span.seconds', { n: seconds % 60 }));
  return parts.join(' ');
}
