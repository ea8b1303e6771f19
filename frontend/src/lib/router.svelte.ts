// Addresses of one page application: patterns with :names, links that do not
// reload, focus moved to the new screen's heading.

export type Match = Record<string, string>;

let path = $state(location.pathname);
let search = $state(location.search);

/** currentPath is the address now shown; reading it in a component follows every change. */
export function currentPath(): string {
  return path;
}

/** currentQuery holds the named values after the question mark of the address now shown. */
export function currentQuery(): URLSearchParams {
  return new URLSearchParams(search);
}

function look(): void {
  path = location.pathname;
  search = location.search;
}

/** match compares a path with a pattern such as /contests/:id and gives its named parts. */
export function match(pattern: string, at: string): Match | undefined {
  const want = pattern.split('/');
  const have = at.replace(/(.)\/$/, '$1').split('/');
  if (want.length !== have.length) return undefined;
  const found: Match = {};
  for (let i = 0; i < want.length; i++) {
    const piece = want[i]!;
    if (piece.startsWith(':')) found[piece.slice(1)] = decodeURIComponent(have[i]!);
    else if (piece !== have[i]) return undefined;
  }
  return found;
}

/** go shows another address; with replace it takes the place of the current one in the history. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', to);
  else if (to !== location.pathname + location.search) history.pushState(null, '', to);
  look();
}

/**
 * startRouter follows the back button and takes over clicks on links whose
 * address the page itself can show; all others load as usual.
 */
export function startRouter(owns: (path: string) => boolean): void {
  addEventListener('popstate', look);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    const link = (event.target as Element).closest?.('a[href]') as HTMLAnchorElement | null;
    if (!link || link.target || link.origin !== location.origin || link.hasAttribute('download')) return;
    if (link.pathname === location.pathname && link.hash) return;
    if (!owns(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
    scrollTo(0, 0);
  });
}

/** focusHeading moves the focus to the first heading of the screen, so that it is read and Tab goes on from there. */
export function focusHeading(): void {
  requestAnimationFrame(() => {
    const heading = document.querySelector<HTMLElement>('main h1');
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });
}
