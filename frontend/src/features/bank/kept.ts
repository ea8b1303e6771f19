// Questions half written, kept on this computer until they are saved. Signing
// out clears them with everything else of the site.
import type { Draft } from './draft.ts';

const prefix = 'mx.draft.';

/** keepDraft stores what is typed so far. */
export function keepDraft(slot: string, draft: Draft): void {
  try {
    localStorage.setItem(prefix + slot, JSON.stringify(draft));
  } catch {
    // Without storage a closed tab loses what was not saved.
  }
}

/** keptDraft is what an earlier visit left, if anything. */
export function keptDraft(slot: string): Draft | undefined {
  try {
    const text = localStorage.getItem(prefix + slot);
    return text ? (JSON.parse(text) as Draft) : undefined;
  } catch {
    return undefined;
  }
}

/** dropDraft forgets it. */
export function dropDraft(slot: string): void {
  try {
    localStorage.removeItem(prefix + slot);
  } catch {
    // Nothing was kept then.
  }
}
