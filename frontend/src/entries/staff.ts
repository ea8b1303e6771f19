import '../design/tokens.css';
import '../design/base.css';
import '../design/staff.css';
import '../design/print.css';
import { mount } from 'svelte';
import Signin from '../features/signin/Page.svelte';
import App from '../features/staff/App.svelte';
import type { Route } from '../features/staff/routes.ts';
import vietnamese from '../i18n/vi/staff-all.ts';
import { prepareAnnouncer } from '../lib/announce.ts';
import { startTexts } from '../lib/i18n.svelte.ts';
import { StaffSession } from '../lib/staff/session.svelte.ts';

const english = () => import('../i18n/en/staff-all.ts').then((module) => module.default);

const routes: Route[] = [
  { pattern: '/ql', area: 'overview', load: () => import('../features/overview/Page.svelte') },
  { pattern: '/ql/cuoc-thi', area: 'contests', load: () => import('../features/contest/List.svelte') },
  { pattern: '/ql/cuoc-thi/moi', area: 'contests', load: () => import('../features/contest/New.svelte') },
  { pattern: '/ql/cuoc-thi/:id', area: 'contests', load: () => import('../features/contest/Page.svelte') },
  { pattern: '/ql/cuoc-thi/:id/:tab', area: 'contests', load: () => import('../features/contest/Page.svelte') },
  { pattern: '/ql/vong/:id/giam-sat', area: 'contests', load: () => import('../features/monitor/Page.svelte') },
  { pattern: '/ql/vong/:id/ket-qua', area: 'contests', load: () => import('../features/publish/Page.svelte') },
  { pattern: '/ql/vong/:id/thong-ke', area: 'contests', load: () => import('../features/statistics/Round.svelte') },
  { pattern: '/ql/ngan-hang/:id/thong-ke', area: 'banks', load: () => import('../features/statistics/Bank.svelte') },
  { pattern: '/ql/ngan-hang', area: 'banks', load: () => import('../features/bank/List.svelte') },
  { pattern: '/ql/ngan-hang/:id', area: 'banks', load: () => import('../features/bank/Page.svelte') },
  { pattern: '/ql/ngan-hang/:id/moi', area: 'banks', load: () => import('../features/bank/Question.svelte') },
  { pattern: '/ql/cau-hoi/:question', area: 'banks', load: () => import('../features/bank/Question.svelte') },
  { pattern: '/ql/cau-hoi/:question/xem', area: 'banks', load: () => import('../features/bank/View.svelte') },
  { pattern: '/ql/nhap', area: 'imports', load: () => import('../features/import/Start.svelte') },
  { pattern: '/ql/nhap/:id', area: 'imports', load: () => import('../features/import/Page.svelte') },
  { pattern: '/ql/hoc-sinh', area: 'pupils', load: () => import('../features/people/Pupils.svelte') },
  { pattern: '/ql/the', area: 'cards', load: () => import('../features/cards/Page.svelte') },
  { pattern: '/ql/don-vi', area: 'units', load: () => import('../features/units/Page.svelte') },
  { pattern: '/ql/don-vi/:id', area: 'units', load: () => import('../features/units/Page.svelte') },
  { pattern: '/ql/nhom-truong', area: 'groups', load: () => import('../features/groups/Page.svelte') },
  { pattern: '/ql/nhom-truong/:id', area: 'groups', load: () => import('../features/groups/Group.svelte') },
  { pattern: '/ql/nhat-ky', area: 'audit', load: () => import('../features/audit/Page.svelte') },
  { pattern: '/ql/tai-khoan', area: 'accounts', load: () => import('../features/people/Accounts.svelte') },
  { pattern: '/ql/tro-giup', area: 'helplines', load: () => import('../features/helplines/Page.svelte') },
];

async function start() {
  prepareAnnouncer();
  await startTexts(vietnamese, english);
  const target = document.getElementById('app')!;
  target.replaceChildren();
  mount(App, { target, props: { session: new StaffSession(), routes, signin: Signin } });
}

void start();
