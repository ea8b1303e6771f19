/**
 * readNumber turns what a pupil types into the decimal string the API takes:
 * 1.234,5 and 1234,5 and 1234.5 mean the same, since Vietnamese writes the
 * comma and phones often offer only the point. Undefined when it is no number.
 */
export function readNumber(typed: string, whole: boolean): string | undefined {
  let text = typed
    .trim()
    .replace(/[\s\u00a0]/g, '')
    .replace(/^\u2212/, '-');
  // A point followed by exactly three digits, or before a comma, groups thousands.
  if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(text)) text = text.replace(/\./g, '');
  text = text.replace(',', '.');
  if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(text)) return undefined;
  if (whole && !/^\d+$/.test(text)) return undefined;
  return text.replace(/^(-?)0+(?=\d)/, '$1');
}
