import {
  attemptCalls,
  changeReplies,
  expect,
  pick,
  saveState,
  secondsLeft,
  startQuiz,
  test,
  toChoice,
} from './pupil.ts';

// The device's clock is put a day ahead, then a day back. Seen to fail: with the
// time left counted by the device's clock.
test('check 11: the device’s clock means nothing, and a phone that slept asks the server', async ({ page }) => {
  let slept = 0;
  await changeReplies(page, attemptCalls, (body) => {
    if (body.server_time) body.server_time = new Date(Date.parse(body.server_time) + slept).toISOString();
  });
  await page.addInitScript(() => {
    const real = Date.now;
    (window as any).shift = 0;
    Date.now = () => real() + (window as any).shift;
  });
  await startQuiz(page, 13);
  const before = await secondsLeft(page);
  const started = performance.now();
  await page.evaluate(() => ((window as any).shift = 86_400_000));
  await expect.poll(() => secondsLeft(page)).toBeLessThan(before);
  await page.evaluate(() => ((window as any).shift = -86_400_000));
  const awake = await secondsLeft(page);
  expect(Math.abs(before - awake - (performance.now() - started) / 1000)).toBeLessThanOrEqual(1.5);

  // The monotonic clock of a sleeping phone stands still: the server is a minute further.
  slept = 60_000;
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect.poll(() => secondsLeft(page)).toBeLessThan(awake - 50);
  const woken = await secondsLeft(page);
  expect(Math.abs(before - woken - 60 - (performance.now() - started) / 1000)).toBeLessThanOrEqual(1.5);
});

test('check 12: the time left is spoken at 10, 5 and 1 minute and 30 seconds only', async ({ page }) => {
  await page.clock.install();
  let shift = 0;
  await changeReplies(page, attemptCalls, (body) => {
    // The page's time is the test's; the server's runs along with it.
    if (body.server_time) body.server_time = new Date(Date.parse(body.server_time) + shift).toISOString();
    if (body.deadline) body.deadline = new Date(Date.parse(body.started_at ?? body.deadline) + 900_000).toISOString();
  });
  await startQuiz(page, 14);
  await page.evaluate(() => {
    const said: string[] = [];
    (window as any).said = said;
    for (const region of document.querySelectorAll('[data-announce]'))
      new MutationObserver(() => said.push(region.textContent!.trim())).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
  });
  const left = await secondsLeft(page);
  for (let gone = 0; gone < left - 5; gone += 5) {
    await page.clock.runFor(5000);
    shift += 5000;
  }
  const said: string[] = await page.evaluate(() => (window as any).said);
  expect(said).toEqual(['Còn 10 phút', 'Còn 5 phút', 'Còn 1 phút', 'Còn 30 giây']);
});

test('check 17: extra time given meanwhile appears with the next save, without a reload', async ({ page }) => {
  let extra = 0;
  await changeReplies(page, attemptCalls, (body) => {
    if (body.deadline) body.deadline = new Date(Date.parse(body.deadline) + extra).toISOString();
  });
  await startQuiz(page, 15);
  await toChoice(page);
  const before = await secondsLeft(page);
  extra = 300_000;
  await pick(page, 0);
  await expect(saveState(page, 'saved')).toBeVisible();
  await expect.poll(() => secondsLeft(page)).toBeGreaterThan(before + 250);
  await expect(page.locator('[data-announce=polite]')).toHaveText(/thêm 5 phút/);
});
