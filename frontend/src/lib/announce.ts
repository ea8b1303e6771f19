// Speaks to screen readers through two live regions that exist from the start:
// a region added together with its text is often not read.

let polite: HTMLElement | undefined;
let assertive: HTMLElement | undefined;

function region(kind: 'polite' | 'assertive'): HTMLElement {
  const node = document.createElement('div');
  node.className = 'sr';
  node.setAttribute('aria-live', kind);
  node.setAttribute('role', kind === 'polite' ? 'status' : 'alert');
  node.dataset.announce = kind;
  document.body.append(node);
  return node;
}

/** prepareAnnouncer makes the live regions; call it once before anything is said. */
export function prepareAnnouncer(): void {
  polite ??= region('polite');
  assertive ??= region('assertive');
}

/** announce has the text read after the current sentence, or at once when urgent. */
export function announce(text: string, urgent = false): void {
  prepareAnnouncer();
  const node = (urgent ? assertive : polite)!;
  // The same text twice would not be read again without a change in between.
  node.textContent = node.textContent === text ? `${text}\u00a0` : text;
}
