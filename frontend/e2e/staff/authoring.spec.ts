import { call, enter, expect, open, test } from './desk.ts';

test('check 26: ten questions are written without touching the mouse', async ({ page }) => {
  test.setTimeout(90_000);
  await enter(page, 'admin');
  const { items } = await call<{ items: { id: string }[] }>(page, 'GET', '/banks');
  await open(page, `/ql/ngan-hang/${items[0]!.id}/moi`);
  const saved = page.locator('.notice').last();
  const mark = Date.now();
  await page.locator('#stem').focus();
  for (let i = 0; i < 10; i++) {
    await page.keyboard.type(`Câu ${mark}-${i}: số nào sau đây là số ${i}?`);
    for (const letter of ['một', 'hai', 'ba', 'bốn']) {
      await page.keyboard.press('Tab'); // the key of the option, or the group's
      if ((await page.evaluate(() => document.activeElement?.id ?? '')).startsWith('right-')) {
        if (letter === 'một') await page.keyboard.press('c');
        await page.keyboard.press('Tab');
      }
      await tabTo(page, /^option-/);
      await page.keyboard.type(`${letter} ${i}`);
    }
    if (i === 0) {
      // Alt and an arrow carry the option along.
      await page.keyboard.press('Alt+ArrowUp');
      await expect(page.locator('#option-2')).toHaveValue('bốn 0');
      await expect(page.locator('#option-2')).toBeFocused();
    }
    await page.keyboard.press('Control+Enter');
    await expect(saved).toContainText('Đã lưu');
    await expect(page.locator('#stem')).toHaveValue('');
    await expect(page.locator('#stem')).toBeFocused();
  }
  const found = await call<{ items: { stem: string; options: { correct: boolean }[] }[] }>(
    page,
    'GET',
    `/banks/${items[0]!.id}/questions?q=${mark}&limit=50`,
  );
  expect(found.items).toHaveLength(10);
  for (const question of found.items) expect(question.options.filter((option) => option.correct)).toHaveLength(1);
});

async function tabTo(page: import('@playwright/test').Page, id: RegExp): Promise<void> {
  for (let i = 0; i < 6; i++) {
    if (id.test(await page.evaluate(() => document.activeElement?.id ?? ''))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${id}`);
}

test('a question pasted with its options and a star fills the form', async ({ page }) => {
  await enter(page, 'admin');
  const { items } = await call<{ items: { id: string }[] }>(page, 'GET', '/banks');
  await open(page, `/ql/ngan-hang/${items[0]!.id}/moi`);
  await page.locator('#stem').evaluate((node) => {
    const data = new DataTransfer();
    data.setData('text/plain', 'Câu 3: Khi bị bắt nạt trên mạng, em gọi số nào?\nA. 113\nB. 114\n*C. 111\nD. 115');
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(page.locator('#stem')).toHaveValue('Khi bị bắt nạt trên mạng, em gọi số nào?');
  await expect(page.locator('#option-2')).toHaveValue('111');
  await expect(page.locator('#right-2')).toBeChecked();
  await expect(page.locator('.phone')).toContainText('Khi bị bắt nạt trên mạng');
});
