// The two places where text may become markup or a script address. Everything
// else goes through Svelte's own escaping, and the Content-Security-Policy
// names exactly these policies.

interface Policy {
  createHTML(text: string): string;
  createScriptURL(text: string): string;
}

interface Factory {
  createPolicy(name: string, rules: Partial<Policy>): Policy;
}

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;

function policy(name: string, rules: Partial<Policy>): Partial<Policy> {
  return factory ? factory.createPolicy(name, rules) : rules;
}

// The server has already sanitised what reaches this policy (question text,
// rules): it renders Markdown to a handful of tags and nothing else.
const content = policy('content', { createHTML: (text) => text });

const worker = policy('sw', {
  createScriptURL: (text) => {
    if (text !== '/sw.js') throw new TypeError('not the worker of this site');
    return text;
  },
});

/** markup is the one action that shows HTML; feed it only fields of the API whose name ends in _html. */
export function markup(node: HTMLElement, html: string): { update(next: string): void } {
  const show = (text: string) => {
    node.innerHTML = content.createHTML!(text);
  };
  show(html);
  return { update: show };
}

/** workerAddress is the address of the service worker in the form the browser demands. */
export function workerAddress(): string {
  return worker.createScriptURL!('/sw.js');
}
