// The screens of a pupil's whole journey, one after the other, for checks that
// hold on every one of them.
import type { Page } from '@playwright/test';
import {
  address,
  expect,
  handIn,
  mapButton,
  nextQuestion,
  pick,
  signIn,
  toChoice,
  toContest,
  toReview,
} from './pupil.ts';

/** everyScreen visits all screens with one card and calls check on each. */
export async function everyScreen(page: Page, n: number, check: (screen: string) => Promise<void>): Promise<void> {
  await page.goto(address());
  await expect(page.locator('form')).toBeVisible();
  await check('login');
  await page.locator('form button[type=submit]').click();
  await expect(page.locator('[role=alert] a').first()).toBeVisible();
  await check('login with faults');
  await page.goto(`${address()}/c#not-a-real-secret`);
  await expect(page.locator('input[autocomplete=current-password]')).toBeVisible();
  await check('card');
  await page.goto(`${address()}/help`);
  await expect(page.locator('a[href="tel:111"]').first()).toBeVisible();
  await check('help');

  await signIn(page, n);
  await check('contests');
  await toContest(page);
  await check('contest');
  await page.locator('section[data-round] button.primary').first().click();
  await expect(page.locator('dialog[open]')).toBeVisible();
  await check('start dialog');
  await page.locator('dialog[open] .actions button.primary').click();
  await expect(page.locator('#stem')).toBeVisible();

  const kinds = new Set<string>();
  const total = Number((await page.locator('main h1').textContent())!.split('/')[1]);
  for (let i = 1; ; i++) {
    const kind = await page.evaluate(() => {
      const main = document.querySelector('main')!;
      const found = [
        'select',
        '[type=checkbox]',
        '[type=radio]',
        '[inputmode=numeric]',
        '[inputmode=decimal]',
        '[type=text]',
      ];
      return found.find((each) => main.querySelector(each)) ?? 'none';
    });
    if (!kinds.has(kind)) await check(`question ${kind}`);
    kinds.add(kind);
    if (i === total) break;
    await nextQuestion(page);
  }
  await mapButton(page).click();
  await expect(page.locator('dialog[open] ul')).toBeVisible();
  await check('question map');
  await page.locator('dialog[open] ul button').first().click();
  await toChoice(page);
  await pick(page, 1);
  await toReview(page);
  await check('review');
  await page.locator('main button.primary').click();
  await expect(page.locator('dialog[open]')).toBeVisible();
  await check('confirm');
  await page.keyboard.press('Escape');
  await page.locator('main button', { hasText: /Quay lại|Go on/ }).click();
  await handIn(page);
  await check('result');
  await page.locator('a[href^="/boards/"]').click();
  await expect(page.locator('table').first()).toBeVisible();
  await check('leaderboard');
}
