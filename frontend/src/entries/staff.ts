import '../design/tokens.css';
import '../design/base.css';
import '../design/print.css';
import { mount } from 'svelte';
import App from '../features/staff/App.svelte';
import viCommon from '../i18n/vi/common.json';
import viStaff from '../i18n/vi/staff.json';
import { prepareAnnouncer } from '../lib/announce.ts';
import { startTexts } from '../lib/i18n.svelte.ts';

const english = () => import('../i18n/en/staff-all.ts').then((module) => module.default);

async function start() {
  prepareAnnouncer();
  await startTexts({ ...viCommon, ...viStaff }, english);
  const target = document.getElementById('app')!;
  target.replaceChildren();
  mount(App, { target });
}

void start();
