import type { Component } from 'svelte';
import type { Match } from '../../lib/router.svelte.ts';
import type { Area } from '../../lib/staff/rights.ts';

/** Route is one address of the staff interface and the screen that answers it. */
export interface Route {
  pattern: string;
  /** The part of the menu it belongs to; who may not see that part is told so. */
  area: Area;
  load: () => Promise<{ default: Component<{ params: Match }> | Component<Record<string, never>> }>;
}
