import { markup } from '../../../lib/trusted.ts';
import type { Response } from '../../../lib/api/types.ts';

/** given is a response by place; one of another form says nothing. */
export function given(response: Response | undefined): Record<string, string> {
  return response && typeof response === 'object' && !Array.isArray(response) ? response : {};
}

/** chosen is the response with another choice at a place; none at all takes the answer back. */
export function chosen(before: Record<string, string>, place: string, choice: string): Response {
  const { [place]: _old, ...rest } = before;
  const next = choice ? { ...rest, [place]: choice } : rest;
  return Object.keys(next).length ? next : null;
}

/** plain is a piece of HTML as a menu can show it: pictures by what they show. */
export function plain(html: string): string {
  const quiet = document.createElement('template'); // loads no picture
  markup(quiet, html);
  for (const each of quiet.content.querySelectorAll('img')) each.replaceWith(each.alt);
  return (quiet.content.textContent ?? '').trim();
}
