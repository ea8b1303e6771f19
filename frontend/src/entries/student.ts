import '../design/tokens.css';
import '../design/base.css';
import { mount } from 'svelte';
import viCommon from '../i18n/vi/common.json';
import viErrors from '../i18n/vi/errors.json';
import viStudent from '../i18n/vi/student.json';
import { prepareAnnouncer } from '../lib/announce.ts';
import { ServerClock } from '../lib/clock.ts';
import { startTexts } from '../lib/i18n.svelte.ts';
import { openKept } from '../lib/idb.ts';
import { startRouter } from '../lib/router.svelte.ts';
import { SessionState } from '../lib/session.svelte.ts';
import { workerAddress } from '../lib/trusted.ts';
import Student from './Student.svelte';

const english = () => import('../i18n/en/student-all.ts').then((module) => module.default);
const own = /^\/(c|help|contests\/[^/]+|attempts\/[^/]+(\/result)?|boards\/[^/]+(\/screen|\/why)?)?\/?$/;

/**
 * takeSecret reads the card's secret from the fragment and removes it from the
 * address and the history at once, so that it is in no screenshot and no list
 * of visited pages.
 */
function takeSecret(): string | undefined {
  if (location.pathname !== '/c') return undefined;
  const secret = location.hash.slice(1);
  history.replaceState(null, '', '/c');
  return secret || undefined;
}

function registerWorker(): void {
  if (!('serviceWorker' in navigator)) return;
  const register = () => navigator.serviceWorker.register(workerAddress()).catch(() => {});
  if (document.readyState === 'complete') void register();
  else addEventListener('load', () => void register());
}

async function start() {
  const secret = takeSecret();
  prepareAnnouncer();
  const [{ kept }] = await Promise.all([openKept(), startTexts({ ...viCommon, ...viErrors, ...viStudent }, english)]);
  const app = { kept, clock: new ServerClock(), session: new SessionState(kept) };
  startRouter((path) => own.test(path));
  const target = document.getElementById('app')!;
  target.replaceChildren();
  mount(Student, { target, props: { app: { ...app, client: app.session.client }, secret } });
  void app.session.start();
  registerWorker();
}

void start();
