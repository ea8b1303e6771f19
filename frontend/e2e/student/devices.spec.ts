import type { Page } from '@playwright/test';
import {
  address,
  card,
  expect,
  nextQuestion,
  pick,
  radios,
  saveState,
  signIn,
  startQuiz,
  test,
  toChoice,
  typeCard,
} from './pupil.ts';

test('check 14: a second device takes over with all answers, the first becomes read-only', async ({
  page,
  browser,
}) => {
  await startQuiz(page, 16);
  await toChoice(page);
  await pick(page, 1);
  await expect(saveState(page, 'saved')).toBeVisible();
  const heading = await page.locator('main h1').textContent();

  const other = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const second = await other.newPage();
  await signIn(second, 16);
  await second.locator('.resume a.btn').click();
  await expect(second.locator('main h1')).toHaveText(/máy khác/);
  await second.locator('main button.primary').click();
  await expect(second.locator('#stem')).toBeVisible();
  await expect(second.locator('main h1')).toHaveText(/1\/\d+/);
  while ((await second.locator('main h1').textContent()) !== heading) await nextQuestion(second);
  await expect(radios(second).nth(1)).toHaveClass(/checked/);

  await pick(page, 0);
  await expect(saveState(page, 'taken')).toBeVisible();
  await expect(radios(page).first().locator('input')).toBeDisabled();
  await pick(second, 0);
  await expect(saveState(second, 'saved')).toBeVisible();
  await other.close();
});

test('check 16: the session and the attempt’s token end in mid-quiz; after signing in nothing is lost', async ({
  page,
  context,
}) => {
  await startQuiz(page, 17);
  await toChoice(page);
  let over = true;
  await page.route(/\/api\/v1\/(?!auth\/card)/, (route) => {
    if (!over) return route.continue();
    const body = JSON.stringify({ status: 401, code: 'unauthorized' });
    return route.fulfill({ status: 401, contentType: 'application/problem+json', body });
  });
  await context.clearCookies();
  await pick(page, 1);
  await expect(saveState(page, 'signin')).toBeVisible();
  await nextQuestion(page);
  await toChoice(page);
  await pick(page, 0);
  await expect(saveState(page, 'signin')).toContainText('2');
  await page.locator('[role=alert] button.primary').click();
  over = false;
  await typeCard(page, 17, page.locator('dialog[open]'));
  await expect(saveState(page, 'saved')).toBeVisible();
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await page.reload();
  await expect(radios(page).nth(0)).toHaveClass(/checked/);
});

/** keptAccount is whom the device remembers. */
function keptAccount(page: Page): Promise<{ id: string; name: string }> {
  return page.evaluate(async () => {
    const open = indexedDB.open('mangxanh');
    await new Promise((resolve) => (open.onsuccess = resolve));
    const get = open.result.transaction('kept').objectStore('kept').get('account');
    await new Promise((resolve) => (get.onsuccess = resolve));
    open.result.close();
    return get.result as { id: string; name: string };
  });
}

/** leftovers is everything that the browser keeps for the site, as one text. */
function leftovers(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const parts: string[] = [
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      document.cookie,
      document.body.textContent!,
    ];
    for (const { name } of await indexedDB.databases()) {
      const open = indexedDB.open(name!);
      await new Promise((resolve) => (open.onsuccess = resolve));
      for (const store of open.result.objectStoreNames) {
        const all = open.result.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => (all.onsuccess = resolve));
        parts.push(JSON.stringify(all.result));
      }
      open.result.close();
    }
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys()) {
        const kept = await (await caches.open(name)).match(request);
        parts.push(request.url, await kept!.text());
      }
    return parts.join('\n');
  });
}

// Seen to fail: with the session not ended at the server at sign-out.
test('check 18: signing out of a shared device leaves no name, draft or token anywhere', async ({ page, context }) => {
  await startQuiz(page, 18);
  const account = await keptAccount(page);
  expect(account.name.length).toBeGreaterThan(3);
  await toChoice(page);
  await pick(page, 0);
  await expect(saveState(page, 'saved')).toBeVisible();
  await context.setOffline(true);
  await pick(page, 1);
  await expect(saveState(page, 'kept')).toBeVisible();
  await page.locator('a.brand').click();
  await page.locator('main button.quiet').first().click();
  await expect(page.locator('dialog[open] .note.warn')).toContainText('1');
  await context.setOffline(false);
  await page.locator('dialog[open] .actions button').nth(1).click();
  await expect(page.locator('form')).toBeVisible();

  const left = await leftovers(page);
  expect(left).not.toContain(account.name);
  expect(left).not.toContain(account.id);
  expect(left).not.toMatch(/eyJ[\w-]{10,}\./); // a token
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain('mx_refresh');
  // Going back shows nothing of the pupil either.
  await page.goBack().catch(() => {});
  await expect(page.locator('body')).not.toContainText(account.name);
});

// Without network no reply clears the site's data: the page has to. Seen to
// fail: with the store of the device not cleared at sign-out.
test('signing out without network leaves nothing either, and ends the session once the network is back', async ({
  page,
  context,
}) => {
  await startQuiz(page, 52);
  const account = await keptAccount(page);
  await toChoice(page);
  await pick(page, 0);
  await expect(saveState(page, 'saved')).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.locator('a.brand').click();
  await context.setOffline(true);
  await page.locator('main button.quiet').first().click();
  await page.locator('dialog[open] .actions button').nth(1).click();
  await expect(page.locator('form')).toBeVisible();
  const left = await leftovers(page);
  expect(left).not.toContain(account.name);
  expect(left).not.toContain(account.id);
  expect(left).not.toMatch(/eyJ[\w-]{10,}\./);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(['mx.logout']);

  await context.setOffline(false);
  await page.reload();
  await expect(page.locator('form')).toBeVisible();
  await expect.poll(async () => (await context.cookies()).map((cookie) => cookie.name)).not.toContain('mx_refresh');
});

test('a card’s link: the secret leaves the address and the history at once, the PIN is asked', async ({ page }) => {
  await page.goto(`${address()}/help`);
  await page.goto(`${address()}/c#some-secret-of-a-card`);
  await expect(page.locator('input[autocomplete=current-password]')).toBeVisible();
  await expect(page.locator('input[autocomplete=username]')).toHaveCount(0);
  expect(page.url()).toBe(`${address()}/c`);
  const sent = page.waitForRequest(/auth\/card/);
  await page.locator('input[autocomplete=current-password]').fill('0000');
  await page.locator('form button[type=submit]').click();
  expect((await sent).postDataJSON()).toEqual({ card: 'some-secret-of-a-card', pin: '0000' });
  await expect(page.locator('[role=alert]').first()).toContainText(/PIN/);
  await page.goBack();
  await page.goForward();
  expect(page.url()).not.toContain('secret');
});

test('a wrong PIN is told in a sentence; case, spaces and dashes of the code do not matter; pasting works', async ({
  page,
}) => {
  await page.goto(address());
  const code = page.locator('input[autocomplete=username]');
  const pin = page.locator('input[autocomplete=current-password]');
  await code.fill(card(19).toLowerCase().replace('-', ' '));
  await pin.fill('000000');
  await page.locator('form button[type=submit]').click();
  await expect(page.locator('[role=alert]').first()).toContainText(/chưa đúng/);
  await pin.evaluate((node: HTMLInputElement, value) => {
    node.value = '';
    node.focus();
    document.execCommand('insertText', false, value);
  }, process.env.MANGXANH_DEMO_PIN!);
  await page.locator('.field button').click();
  await expect(pin).toHaveAttribute('type', 'text');
  await page.locator('form button[type=submit]').click();
  await expect(page.locator('article').first()).toBeVisible();
});
