import { chromium } from '@playwright/test';
const url = process.env.U ?? 'http://127.0.0.1:19480';
const out = '/tmp/student/shots';
let n = Number(process.env.FIRST ?? 1);
const card = (k) => `DEMO-${String(k).padStart(4, '0')}`;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const variants = [
  { name: 'm-vi-l', w: 360, h: 740, scheme: 'light', lang: 'vi' },
  { name: 'd-en-d', w: 1280, h: 800, scheme: 'dark', lang: 'en' },
];
const only = process.env.ONLY;
for (const v of variants) {
  if (only && only !== v.name) { n++; continue; }
  const ctx = await browser.newContext({ viewport: { width: v.w, height: v.h }, colorScheme: v.scheme, locale: 'vi-VN' });
  const page = await ctx.newPage();
  if (v.lang === 'en') await page.addInitScript(() => localStorage.setItem('mx.lang', 'en'));
  let i = 0;
  const shot = async (name, full = true) => {
    await page.waitForTimeout(250);
    await page.screenshot({ path: `${out}/${v.name}-${String(++i).padStart(2, '0')}-${name}.png`, fullPage: full });
  };
  await page.goto(url); await page.waitForSelector('form'); await shot('login');
  await page.click('form button[type=submit]'); await shot('login-faults');
  await page.fill('input[autocomplete=username]', 'DEMO-0001'); await page.fill('input[autocomplete=current-password]', '111111');
  await page.click('form button[type=submit]'); await page.waitForTimeout(800); await shot('login-wrong');
  await page.goto(url + '/c#x'); await page.waitForTimeout(400); await shot('card');
  await page.goto(url + '/help'); await page.waitForTimeout(600); await shot('help');
  for (const p of ['/ket-qua', '/tro-giup', '/ket-qua/khong-co', '/assets/none.js', '/nowhere/at/all']) { await page.goto(url + p); await shot('pub' + p.replace(/\W/g, '_')); }
  await page.goto(url + '/ket-qua'); const links = await page.locator('main a[href^="/ket-qua/"]').evaluateAll((l) => l.map((a) => a.getAttribute('href')));
  for (const l of links.slice(0, 2)) { await page.goto(url + l); await shot('pubresult', false); }
  await page.goto(url);
  await page.fill('input[autocomplete=username]', card(n)); await page.fill('input[autocomplete=current-password]', '246810');
  await page.click('form button[type=submit]'); await page.waitForSelector('article'); await shot('home');
  const hrefs = await page.locator('article a.btn').evaluateAll((l) => l.map((a) => a.getAttribute('href')));
  for (const h of hrefs) { await page.goto(url + h); await page.waitForTimeout(900); await shot('contest'); }
  await page.goto(url); await page.waitForSelector('article');
  const open = page.locator('article', { has: page.locator('[data-kind=quiz][data-state=open]') }).first();
  await open.locator('a.btn').first().click(); await page.waitForSelector('.rules');
  await page.locator('section[data-round] button.primary').first().click(); await page.waitForSelector('dialog[open]'); await shot('start', false);
  await page.locator('dialog[open] button.primary').click(); await page.waitForSelector('#stem');
  const total = Number((await page.locator('main h1').textContent()).split('/')[1]);
  const seen = new Set();
  for (let q = 1; q <= total; q++) {
    const kind = await page.evaluate(() => ['select', '[type=checkbox]', '[type=radio]', '[inputmode=numeric]', '[inputmode=decimal]', '[type=text]'].find((e) => document.querySelector('main').querySelector(e)) ?? 'none');
    if (kind === '[type=radio]' || kind === '[type=checkbox]') await page.locator('.option').nth(q % 3 % (await page.locator('.option').count())).click();
    if (!seen.has(kind)) { seen.add(kind); await shot('q-' + kind.replace(/\W/g, ''), false); }
    if (q === 3) await page.locator('main button', { hasText: /xem lại|Flag/ }).first().click().catch(() => {});
    if (q < total) { await page.locator('nav.bottom button').nth(2).click(); await page.waitForTimeout(120); }
  }
  await page.locator('nav.bottom button').nth(1).click(); await shot('map', false);
  await page.locator('dialog[open] .actions button').click(); await shot('review');
  await page.locator('main button.primary').click(); await shot('confirm', false);
  await page.locator('dialog[open] .actions button.primary').click(); await page.waitForSelector('[data-result=receipt]'); await shot('result');
  const rev = page.locator('main button.primary'); if (await rev.count()) { await rev.click(); await page.waitForTimeout(600); await shot('explained'); }
  const b = await page.locator('a[href^="/boards/"]').first().getAttribute('href');
  await page.goto(url + b); await page.waitForTimeout(1200); await shot('board');
  await page.goto(url + b + '/screen'); await page.waitForTimeout(1500); await shot('screen', false);
  await page.goto(url + b + '/why'); await page.waitForTimeout(1000); await shot('why');
  await ctx.close(); n++;
}
await browser.close();
