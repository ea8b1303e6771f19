// Matchings, gaps and pictures: played whole, partly without network, and
// marked as they should be. The practice contest of the demo asks them.
import type { Page } from '@playwright/test';
import { expect, expectNoAxeFindings, expectNoSidewaysScroll, handIn, nextQuestion, radios, saveState, signIn, test } from './pupil.ts';

/** What belongs together, by the beginnings of the texts in the demo. */
const pairs: Record<string, string> = {
  'Bạn bị trêu chọc': 'Động viên bạn',
  'Người lạ xin ảnh': 'Từ chối',
  'Thấy tin chưa rõ': 'Tìm nguồn',
  'Mật khẩu': 'Điều chỉ mình em',
  'Tin giả': 'Điều sai được đưa',
  'Bắt nạt trên mạng': 'Dùng lời lẽ',
};
const fillings: Record<string, string[]> = {
  'Nhận được tin nhắn lạ': ['không', 'kể lại', '111'],
  'Việc làm': ['nên làm', 'không nên làm'],
};

async function startPractice(page: Page, n: number): Promise<void> {
  await signIn(page, n);
  await page.locator('article', { hasText: 'Luyện tập' }).locator('a.btn').click();
  await page.locator('section[data-round] button.primary').first().click();
  await page.locator('dialog[open] button.primary').click();
  await expect(page.locator('#stem')).toBeVisible();
}

/** answer answers the question that is shown rightly and tells its kind. */
async function answer(page: Page): Promise<string> {
  await expect(page.locator('main [role=group] select, #stem select, main input[type=radio]').first()).toBeVisible();
  if (await page.locator('#stem select').count()) {
    const stem = (await page.locator('#stem').textContent())!.trim();
    const words = fillings[Object.keys(fillings).find((start) => stem.startsWith(start))!]!;
    for (const [i, word] of words.entries()) await page.getByLabel(`Chỗ trống ${i + 1}`).selectOption({ label: word });
    return 'cloze';
  }
  const menus = page.locator('main .pair');
  if (await menus.count()) {
    for (const row of await menus.all()) {
      const left = (await row.locator('label').textContent())!;
      const right = pairs[Object.keys(pairs).find((start) => left.startsWith(start))!]!;
      const option = row.locator('option', { hasText: right });
      await row.locator('select').selectOption((await option.getAttribute('value'))!);
    }
    return 'matching';
  }
  const hot = await page.locator('.hot').count();
  const right = hot ? page.getByRole('radio', { name: 'Ổ khoá đang đóng' }) : page.getByRole('radio', { name: 'Không bấm, chặn số' });
  await right.check();
  await expect(right).toBeChecked();
  return hot ? 'hot_option' : 'single';
}

/** brokenPictures lists the pictures on the screen that did not come or whose place is not kept free. */
const brokenPictures = (page: Page) =>
  page.evaluate(async () => {
    const all = [...document.querySelectorAll<HTMLImageElement>('main img')];
    await Promise.all(all.map((each) => each.decode().catch(() => undefined)));
    return all
      .filter((each) => !each.naturalWidth || !each.alt || !each.getAttribute('width') || !each.getAttribute('height'))
      .map((each) => each.outerHTML);
  });

test('a paper of matchings, gaps and pictures is played, partly without network, and marked', async ({ page, context }) => {
  test.setTimeout(120_000);
  await startPractice(page, 15);
  const total = Number((await page.locator('main h1').textContent())!.split('/')[1]);
  expect(total).toBe(6);
  // Every picture of the paper is read at its start, and the worker has the chunk of these kinds.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect
    .poll(() => page.evaluate(() => performance.getEntriesByType('resource').filter((each) => each.name.includes('/media/')).length))
    .toBeGreaterThanOrEqual(4);
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
        return kept.flat().some((each) => each.url.includes('kinds'));
      }),
    )
    .toBe(true);

  const kinds: string[] = [];
  for (let i = 1; i <= total; i++) {
    if (i === 2) await context.setOffline(true);
    if (i > 1) await nextQuestion(page);
    kinds.push(await answer(page));
    expect(await brokenPictures(page)).toEqual([]);
    await expectNoSidewaysScroll(page, kinds.at(-1)!);
  }
  expect([...kinds].sort()).toEqual(['cloze', 'cloze', 'hot_option', 'matching', 'matching', 'single']);
  await expect(saveState(page, 'kept')).toBeVisible();

  await page.reload(); // without network: the paper, its pictures and the answers stay
  await expect(page.locator('main h1')).toHaveText(`Câu ${total}/${total}`);
  for (let i = total; i >= 1; i--) {
    await expect(page.locator('main h1')).toHaveText(`Câu ${i}/${total}`);
    await expect(page.locator('main select, main input[type=radio]').first()).toBeVisible();
    expect(await brokenPictures(page)).toEqual([]);
    for (const menu of await page.locator('main select').all()) await expect(menu).not.toHaveValue('');
    if (await radios(page).count()) await expect(page.locator('.option.checked')).toHaveCount(1);
    if (i > 1) await page.locator('nav.bottom button').first().click();
  }
  await context.setOffline(false);
  await expect(saveState(page, 'saved')).toBeVisible({ timeout: 40_000 });

  // One pair is changed into a wrong one: a third of that question is lost.
  for (let i = 1; !(await page.locator('main .pair').count()); i++) {
    expect(i).toBeLessThan(total);
    await nextQuestion(page);
  }
  const first = page.locator('main .pair select').first();
  const others = await first.locator('option').evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value));
  const now = await first.inputValue();
  await first.selectOption(others.find((each) => each && each !== now)!);
  await expect(saveState(page, 'saved')).toBeVisible();
  await handIn(page);
  await expect(page.locator('main')).toContainText('11,33');
  await page.locator('main button', { hasText: 'Xem lời giải' }).click();
  await expect(page.locator('main article .tag.go')).toHaveCount(5);
  await expect(page.locator('main article .tag.wait')).toHaveCount(1);
  await expect(page.locator('main article', { has: page.locator('.tag.wait') })).toContainText('→');
  expect(await brokenPictures(page)).toEqual([]);
  expect(await page.locator('main article img').count()).toBeGreaterThan(1);
  await expectNoSidewaysScroll(page, 'review');
});

test('these kinds are usable by keyboard and have no findings, in both languages', async ({ page }) => {
  // High enough that no bar lies over a row.
  await page.setViewportSize({ width: 360, height: 1500 });
  await startPractice(page, 16);
  for (let i = 1; i <= 6; i++) {
    await expect(page.locator('main [role=group] select, #stem select, main input[type=radio]').first()).toBeVisible();
    await expectNoAxeFindings(page, `question ${i}`);
    const control = page.locator('main select, main input[type=radio]').first();
    await control.focus();
    await page.keyboard.press(await control.evaluate((node) => (node.tagName === 'SELECT' ? 'ArrowDown' : 'Space')));
    if (await page.locator('main select').count()) await expect(control).not.toHaveValue('');
    else await expect(control).toBeChecked();
    if (i < 6) await nextQuestion(page);
  }
  await page.locator('header button', { hasText: 'EN' }).click();
  await expect(page.locator('main h1')).toHaveText('Question 6/6');
  if (await page.locator('#stem select').count()) await expect(page.getByLabel('Gap 1')).toBeVisible();
  await expectNoAxeFindings(page, 'in English');
});
