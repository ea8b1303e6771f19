import { readFileSync } from 'node:fs';
import { call, enter, expect, open, test, yes } from './desk.ts';

interface Found {
  items: { id: string; name: string }[];
}

test('check 29: login cards print in two columns on the expected pages, none split', async ({ page }) => {
  await enter(page, 'admin');
  const { items } = await call<Found>(page, 'GET', '/units?kind=school');
  await open(page, `/ql/the?unit=${items[0]!.id}`);
  await expect(page.locator('.logincard').first()).toBeVisible();
  const cards = await page.locator('.logincard').count();
  await page.emulateMedia({ media: 'print' });
  const boxes = await page.locator('.logincard').evaluateAll((nodes) =>
    nodes.map((node) => {
      const { left, height } = node.getBoundingClientRect();
      return { left: Math.round(left), height: Math.round(height) };
    }),
  );
  expect(new Set(boxes.map((box) => box.left)).size).toBe(2);
  expect(new Set(boxes.map((box) => box.height))).toEqual(new Set([204]));
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  // Five rows of 54 mm on a page.
  expect(pdf.match(/\/Type\s*\/Page[^s]/g)).toHaveLength(Math.ceil(cards / 10));
  await page.emulateMedia({ media: 'screen' });

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Tải PDF' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/\.pdf$/);
  expect(
    readFileSync(await file.path())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
});

test('a lost card is replaced in one click and a confirmation, and the new one is shown once', async ({ page }) => {
  await enter(page, 'school');
  await open(page, '/ql/hoc-sinh');
  const row = page.locator('tbody tr', { hasText: 'Cấp lại thẻ' }).last();
  const name = (await row.locator('.link').textContent())!.split('–')[0]!.trim();
  const old = (await row.locator('.cardcell .num').textContent())!;
  await row.getByRole('button', { name: /Cấp lại thẻ/ }).click();
  await expect(page.locator('dialog[open]')).toContainText(name);
  await yes(page);
  await expect(page.locator('dialog[open] .secret dd')).toHaveCount(2);
  const code = (await page.locator('dialog[open] .secret dd').first().textContent())!;
  expect(code).not.toBe(old);
  await page.locator('dialog[open] .actions button.primary').click();
  await expect(page.locator('tbody')).toContainText(code);
});
