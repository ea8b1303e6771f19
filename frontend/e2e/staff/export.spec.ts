import { readFile } from 'node:fs/promises';
import { call, enter, expect, expectNoAxeFindings, expectNoSidewaysScroll, open, test } from './desk.ts';

for (const width of [1280, 360]) {
  test(`the questions of a bank are taken along at ${width} px, after hearing what is lost`, async ({ page }) => {
    await enter(page, 'admin');
    await page.setViewportSize({ width, height: 800 });
    const { items } = await call<{ items: { id: string }[] }>(page, 'GET', '/banks');
    await open(page, `/ql/ngan-hang/${items[0]!.id}`);
    await page.getByRole('button', { name: 'Xuất câu hỏi' }).click();
    const dialog = page.locator('dialog[open]');
    await expect(dialog.locator('.told .note')).toBeVisible();
    await expectNoSidewaysScroll(page, 'export');
    await expectNoAxeFindings(page, 'export');
    await dialog.locator('input[value=aiken]').check();
    await expect(dialog.locator('.told')).toContainText('Bỏ hẳn cả câu vì loại câu hỏi');
    await dialog.locator('input[value=json]').check();
    await expect(dialog.locator('.told')).toContainText('giữ trọn vẹn');
    const saved = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Tải tệp về' }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toMatch(/^[a-z0-9-]+\.mangxanh\.json$/);
    const document = JSON.parse(await readFile(await file.path(), 'utf8')) as { questions: unknown[] };
    expect(document.questions.length).toBeGreaterThan(10);
    await expect(dialog).toBeHidden();
  });
}
