import '../design/tokens.css';
import '../design/base.css';
import { mount } from 'svelte';
import App from '../features/home/App.svelte';
import viCommon from '../i18n/vi/common.json';
import { prepareAnnouncer } from '../lib/announce.ts';
import { startTexts } from '../lib/i18n.svelte.ts';

const english = () => import('../i18n/en/student-all.ts').then((module) => module.default);

async function start() {
  prepareAnnouncer();
  await startTexts(viCommon, english);
  const target = document.getElementById('app')!;
  target.replaceChildren();
  mount(App, { target });
}

void start();
