import type { Page } from '@playwright/test';
import { address, card, demoContest, expect, test } from './pupil.ts';

/** focusInSight fails when the focused element is hidden, unmarked, or under a bar. */
async function focusInSight(page: Page): Promise<void> {
  const state = await page.evaluate(() => {
    const node = document.activeElement as HTMLElement;
    if (!node || node === document.body) return 'nothing has the focus';
    if (node.matches('h1, main')) return ''; // takes the focus to be read, not to be pressed
    const seen = (node.closest('.option') as HTMLElement) ?? node;
    const box = seen.getBoundingClientRect();
    if (getComputedStyle(node).outlineStyle === 'none') return `no outline on ${node.outerHTML.slice(0, 80)}`;
    for (const y of [box.top + 4, box.bottom - 4]) {
      const at = document.elementFromPoint(box.left + box.width / 2, Math.min(Math.max(y, 1), innerHeight - 1));
      if (at && at.closest('.bar') && !seen.closest('.bar')) return `under a bar: ${node.outerHTML.slice(0, 80)}`;
    }
    return '';
  });
  expect(state).toBe('');
}

/** tabTo presses Tab until the wanted element has the focus, looking at every stop. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const there = await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    if (await page.evaluate(() => document.activeElement !== document.body)) await focusInSight(page);
    if (there) return;
  }
  throw new Error(`Tab never reached ${selector}`);
}

test('check 4: the whole journey by keyboard, the focus always in sight', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto(address());
  await tabTo(page, 'input[autocomplete=username]');
  await page.keyboard.type(card(6));
  await tabTo(page, 'input[autocomplete=current-password]');
  await page.keyboard.type(process.env.MANGXANH_DEMO_PIN!);
  await page.keyboard.press('Enter');
  await expect(page.locator('article').first()).toBeVisible();
  const open = await demoContest(page).locator('a.btn').getAttribute('href');
  await tabTo(page, `a[href="${open}"]`);
  await page.keyboard.press('Enter');
  await expect(page.locator('section[data-round] button.primary').first()).toBeVisible();
  await tabTo(page, 'section[data-round] button.primary');
  await page.keyboard.press('Enter');
  await tabTo(page, 'dialog[open] .actions button.primary');
  await page.keyboard.press('Enter');
  await expect(page.locator('#stem')).toBeVisible();
  // The heading of the question has the focus: the screen reader reads on from it.
  await expect(page.locator('main h1')).toBeFocused();

  const total = Number((await page.locator('main h1').textContent())!.split('/')[1]);
  let ordered = false;
  for (let i = 1; i <= total; i++) {
    await expect(page.locator('main h1')).toHaveText(new RegExp(`${i}/${total}`));
    if (await page.locator('main input[type=radio]').count()) {
      await tabTo(page, 'main input[type=radio]');
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      await expect(page.locator('.option.checked')).toHaveCount(1);
    } else if (await page.locator('main input[type=checkbox]').count()) {
      await tabTo(page, 'main input[type=checkbox]');
      await page.keyboard.press('Space');
      await expect(page.locator('.option.checked')).toHaveCount(1);
    } else if (await page.locator('main select').count()) {
      await tabTo(page, 'main [data-control=down]');
      const moved = await page.locator('main li').first().getAttribute('data-id');
      await page.keyboard.press('Enter');
      await expect(page.locator('main li').nth(1)).toHaveAttribute('data-id', moved!);
      await expect(page.locator(`main li[data-id="${moved}"] button:focus`)).toHaveCount(1);
      ordered = true;
    } else {
      await tabTo(page, 'main input');
      await page.keyboard.type('12');
    }
    if (i < total) {
      await tabTo(page, 'nav.bottom button.primary');
      await page.keyboard.press('Enter');
    }
  }
  expect(ordered, 'the paper holds an ordering question').toBe(true);
  await tabTo(page, 'nav.bottom button.primary');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-count=empty]')).toHaveText('0');
  await tabTo(page, 'main button.primary');
  await page.keyboard.press('Enter');
  await tabTo(page, 'dialog[open] .actions button.primary');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-result=receipt]')).toBeVisible();
});
