import {
  address,
  demoContest,
  expect,
  handIn,
  mapButton,
  nextQuestion,
  pick,
  radios,
  saveState,
  signIn,
  startQuiz,
  test,
  toChoice,
  toReview,
} from './pupil.ts';

// Seen to fail: with a tap not kept from handing in beside another.
test('check 15: the review counts right, the confirmation names the empty ones, five taps hand in once', async ({
  page,
}) => {
  await startQuiz(page, 20);
  const total = Number((await page.locator('main h1').textContent())!.split('/')[1]);
  await toChoice(page);
  await pick(page, 0);
  await page.locator('.flag button').click();
  await nextQuestion(page);
  await toChoice(page);
  await pick(page, 1);
  await toReview(page);
  await expect(page.locator('[data-count=answered]')).toHaveText('2');
  await expect(page.locator('[data-count=empty]')).toHaveText(String(total - 2));
  await expect(page.locator('[data-count=flagged]')).toHaveText('1');
  // Each number leads to its question.
  await page.locator('.jump').first().click();
  await expect(page.locator('#stem')).toBeVisible();
  await toReview(page);

  let submits = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/submit')) submits++;
  });
  await page.locator('main button.primary').click();
  await expect(page.locator('dialog[open]')).toContainText(String(total - 2));
  await page.locator('dialog[open] .actions button.primary').evaluate((button: HTMLElement) => {
    for (let i = 0; i < 5; i++) button.click();
  });
  const receipt = page.locator('[data-result=receipt]');
  await expect(receipt).toBeVisible();
  expect(submits).toBe(1);
  const code = await receipt.textContent();
  await page.reload();
  await expect(receipt).toHaveText(code!);
});

test('handing in without network is queued, survives a reload and gets its receipt later', async ({
  page,
  context,
}) => {
  await startQuiz(page, 21);
  await toChoice(page);
  await pick(page, 0);
  await expect(saveState(page, 'saved')).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await toReview(page);
  await page.locator('main button.primary').click();
  await page.locator('dialog[open] .actions button.primary').click();
  await expect(page.locator('[data-phase=queued]')).toBeVisible();
  await page.reload();
  await expect(page.locator('[data-phase=queued], [data-phase=submitting]')).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator('[data-result=receipt]')).toBeVisible({ timeout: 40_000 });
});

test.describe('with reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });
  test('check 20: nothing moves on any screen', async ({ page }) => {
    const still = async (screen: string) => {
      const moving = await page.evaluate(() => document.getAnimations().length);
      expect(moving, screen).toBe(0);
    };
    await startQuiz(page, 22);
    await still('question');
    await mapButton(page).click();
    await still('map');
    await page.locator('dialog[open] ul button').first().click();
    await toChoice(page);
    await pick(page, 0);
    await still('selected');
    await handIn(page);
    await still('result');
  });
});

test('check 22: switching the language leaves no key untranslated and every answer in place', async ({ page }) => {
  await startQuiz(page, 23);
  await toChoice(page);
  await pick(page, 1);
  await expect(saveState(page, 'saved')).toBeVisible();
  await page.locator('.band button').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('main h1')).toHaveText(/^Question/);
  await expect(radios(page).nth(1)).toHaveClass(/checked/);
  const keys = async () => {
    const text = await page.locator('body').innerText();
    return (
      text.match(
        /\b(app|login|home|round|contest|play|review|result|board|help|timer|save|err)\.[a-z]+(\.[a-z]+)*\b/g,
      ) ?? []
    );
  };
  expect(await keys()).toEqual([]);
  await toReview(page);
  expect(await keys()).toEqual([]);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.locator('.band button').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'vi');
  await toChoice(page);
  await expect(radios(page).nth(1)).toHaveClass(/checked/);
});

test('help is one tap away on every screen, without signing in and without network', async ({ page, context }) => {
  await page.goto(address());
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect(page.locator('a[href="/help"]')).toBeVisible();
  await context.setOffline(true);
  await page.locator('a[href="/help"]').click();
  await expect(page.locator('a[href="tel:111"]').first()).toBeVisible();
  await page.reload();
  await expect(page.locator('a[href="tel:111"]').first()).toBeVisible();
  await context.setOffline(false);
  await startQuiz(page, 24);
  await toChoice(page);
  await pick(page, 0);
  await page.locator('a[href="/help"]').click();
  await expect(page.locator('a[href="tel:111"]').first()).toBeVisible();
  await page.goBack();
  await expect(page.locator('#stem')).toBeVisible();
  await expect(radios(page).first()).toHaveClass(/checked/);
});

test('the leaderboard shows the pupil, by contest, school and class, and asks again with the tag it has', async ({
  page,
}) => {
  await startQuiz(page, 25);
  await toChoice(page);
  await pick(page, 0);
  await handIn(page);
  const again = page.waitForRequest(
    (request) => /\/leaderboard\?/.test(request.url()) && Boolean(request.headers()['if-none-match']),
  );
  await page.locator('a[href^="/boards/"]').click();
  await expect(page.locator('tr[data-me]').first()).toBeVisible({ timeout: 20_000 });
  await expect(page.locator('.tag.wait').first()).toHaveText(/Tạm thời/);
  await again;
  for (const scope of [1, 2]) {
    await page.locator('.scopes button').nth(scope).click();
    await expect(page.locator('.scopes button').nth(scope)).toHaveAttribute('aria-pressed', 'true');
    await expect(page.locator('tr[data-me]').first()).toBeVisible();
  }
});

test('the waiting screen counts down by the server’s clock and opens by itself', async ({ page }) => {
  let opens = '';
  await page.route(/\/api\/v1\/contests\/[^/]+$/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    opens ||= new Date(Date.parse(body.server_time) + 6_000).toISOString();
    const over = Date.parse(body.server_time) >= Date.parse(opens);
    for (const round of body.rounds) if (!over) Object.assign(round, { state: 'scheduled', opens_at: opens });
    await route.fulfill({ response, json: body });
  });
  await signIn(page, 26);
  await demoContest(page).locator('a.btn').click();
  const clock = page.locator('[role=timer]').first();
  await expect(clock).toHaveText(/^00:0\d$/);
  await expect(page.locator('section[data-round] button.primary')).toHaveCount(0);
  await expect(page.locator('section[data-round] button.primary').first()).toBeVisible({ timeout: 20_000 });
});
