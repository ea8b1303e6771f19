// Matchings, gaps and pictures are written in the form and shown as a phone
// will show them, by the code of the server that renders papers.
import type { Page } from '@playwright/test';
import { call, choose, enter, expect, expectNoAxeFindings, expectNoSidewaysScroll, open, test } from './desk.ts';

interface Stored {
  items: {
    id: string;
    type: string;
    format: string;
    options: { text: string; match?: number; correct?: boolean; media_id?: string; alt?: string }[];
    matches?: string[];
    gaps?: { choices: string[]; correct?: number }[];
  }[];
}

/** ownBank makes an empty bank, so that nothing of the demo is touched. */
async function ownBank(page: Page): Promise<string> {
  const me = await call<{ roles: { role: string; unit: { id: string } }[] }>(page, 'GET', '/me');
  const unit = me.roles.find((grant) => grant.role === 'organizer')!.unit.id;
  return (await call<{ id: string }>(page, 'POST', '/banks', { unit_id: unit, name: `Soạn thử ${Date.now()}` })).id;
}

async function stored(page: Page, bank: string) {
  return (await call<Stored>(page, 'GET', `/banks/${bank}/questions?limit=10`)).items;
}

const saved = (page: Page) => expect(page.locator('.notice').last()).toContainText('Đã lưu');

/** square is a picture of one colour. */
const square = (page: Page, colour: string) =>
  page.evaluate(async (colour) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [160, 120];
    const pen = canvas.getContext('2d')!;
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 160, 120);
    return canvas.toDataURL('image/png').split(',')[1]!;
  }, colour);

// Planted defect that it catches: a form that sends back the right side of a
// matching in the order of the options, without what belongs to nothing.
test('a matching is written by keyboard alone and comes back as it was', async ({ page }) => {
  await enter(page, 'organizer');
  const bank = await ownBank(page);
  await open(page, `/ql/ngan-hang/${bank}/moi`);
  await page.locator('#type').focus();
  await page.keyboard.type('Ghép');
  await page.locator('#stem').focus();
  await page.keyboard.type('Ghép mỗi việc với cách xử lý phù hợp.');
  await page.keyboard.press('Tab');
  for (const [left, right] of [
    ['Người lạ xin ảnh', 'Từ chối'],
    ['Thấy tin giả', 'Không chia sẻ'],
    ['Bạn bị trêu', 'Báo thầy cô'],
    ['Bạn bị doạ', 'Báo thầy cô'],
  ]) {
    await expect(page.locator(':focus')).toHaveAttribute('id', /^option-/);
    await page.keyboard.type(left!);
    await page.keyboard.press('Tab');
    await page.keyboard.type(right!);
    if (left !== 'Bạn bị doạ') await page.keyboard.press('Enter');
  }
  await page.locator('#extras').focus();
  await page.keyboard.type('Gửi ngay');
  const phone = page.locator('.phone');
  await expect(phone.locator('.pair')).toHaveCount(4);
  await expect(phone.locator('li')).toHaveText(['Từ chối', 'Không chia sẻ', 'Báo thầy cô', 'Gửi ngay']);
  await expectNoAxeFindings(page, 'matching');
  await page.keyboard.press('Control+Enter');
  await saved(page);
  const [question] = await stored(page, bank);
  expect(question).toMatchObject({ type: 'matching', matches: ['Từ chối', 'Không chia sẻ', 'Báo thầy cô', 'Gửi ngay'] });
  expect(question!.options.map((option) => option.match)).toEqual([1, 2, 3, 3]);
  await open(page, `/ql/cau-hoi/${question!.id}`);
  await expect(page.locator('#partner-3')).toHaveValue('Báo thầy cô');
  await expect(page.locator('#extras')).toHaveValue('Gửi ngay');
});

test('the gaps of a cloze follow the text, and faults are told at their gap', async ({ page }) => {
  await enter(page, 'organizer');
  const bank = await ownBank(page);
  await open(page, `/ql/ngan-hang/${bank}/moi`);
  await page.locator('#type').selectOption('cloze');
  await page.locator('#stem').fill('Khi bị doạ, em gọi ');
  await page.getByRole('button', { name: 'Chèn chỗ trống' }).click();
  await page.keyboard.type(' và kể với ');
  await page.getByRole('button', { name: 'Chèn chỗ trống' }).click();
  await expect(page.locator('#stem')).toHaveValue('Khi bị doạ, em gọi [[1]] và kể với [[2]]');
  await page.locator('#gap-0').fill('*111\n115');
  await page.locator('#gap-1').fill('người em tin');
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await expect(page.locator('#gap-1')).toHaveAttribute('aria-invalid', 'true');
  await page.locator('#gap-1').fill('người lạ\n*người em tin');
  await expect(page.locator('.phone .gap')).toHaveCount(2);
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await saved(page);
  const [question] = await stored(page, bank);
  expect(question!.gaps).toEqual([
    { choices: ['111', '115'], correct: 1 },
    { choices: ['người lạ', 'người em tin'], correct: 2 },
  ]);
});

for (const width of [1280, 360]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 800 } });
    test('pictures are uploaded with their words, into options and into the text', async ({ page }) => {
      await enter(page, 'organizer');
      const bank = await ownBank(page);
      await open(page, `/ql/ngan-hang/${bank}/moi`);
      await page.locator('#type').selectOption('hot_option');
      await page.locator('#stem').fill('Hình nào cho thấy ổ khoá đóng?');
      for (const [n, [colour, words]] of [
        ['green', 'Ổ khoá đóng'],
        ['red', 'Ổ khoá mở'],
      ].entries()) {
        const bytes = Buffer.from(await square(page, colour!), 'base64');
        await page.getByRole('button', { name: 'Chọn ảnh' }).first().click();
        const send = page.locator('dialog[open] button[type=submit]');
        await page.locator('#medium').setInputFiles({ name: `${colour}.png`, mimeType: 'image/png', buffer: bytes });
        await expect(send).toBeDisabled(); // no picture without words
        await page.locator('#medium-alt').fill(words!);
        await send.click();
        await expect(page.locator('.picture img').nth(n)).toHaveAttribute('alt', words!);
      }
      await page.locator('#right-0').check();
      await page.getByRole('button', { name: 'Chèn ảnh' }).click();
      await page
        .locator('#medium')
        .setInputFiles({ name: 'x.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') });
      await page.locator('#medium-alt').fill('Tranh');
      await page.locator('dialog[open] button[type=submit]').click();
      await expect(page.locator('dialog[open]')).toContainText('không phải ảnh');
      await page
        .locator('#medium')
        .setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: Buffer.from(await square(page, 'blue'), 'base64') });
      await page.locator('dialog[open] button[type=submit]').click();
      await expect(page.locator('#stem')).toHaveValue(/!\[Tranh\]\(media:[\w-]+\)/);
      await expect(page.locator('.phone img')).toHaveCount(3);
      await expectNoSidewaysScroll(page, 'pictures');
      await expectNoAxeFindings(page, 'pictures');
      await page.getByRole('button', { name: 'Lưu', exact: true }).click();
      await saved(page);
      const [question] = await stored(page, bank);
      expect(question).toMatchObject({ type: 'hot_option', format: 'markdown' });
      expect(question!.options.map((option) => [option.alt, Boolean(option.media_id), option.correct ?? false])).toEqual([
        ['Ổ khoá đóng', true, true],
        ['Ổ khoá mở', true, false],
      ]);
    });
  });
}

test('a question that reads like one of another bank is shown while it is written', async ({ page }) => {
  await enter(page, 'organizer');
  const first = await ownBank(page);
  await call(page, 'POST', `/banks/${first}/questions`, {
    type: 'single',
    stem: 'Khi nhận được tin nhắn trúng thưởng lạ kèm đường dẫn, em nên làm gì trước tiên?',
    options: [{ text: 'Bấm vào xem' }, { text: 'Hỏi người lớn', correct: true }],
  });
  const bank = await ownBank(page);
  await open(page, `/ql/ngan-hang/${bank}/moi`);
  await page.locator('#stem').fill('khi nhan duoc tin nhan trung thuong la kem duong dan em nen lam gi truoc tien');
  await expect(page.locator('.note.warn li')).toContainText('trúng thưởng lạ');
});

test('a question rests on a legal instrument of the list and on days', async ({ page }) => {
  await enter(page, 'organizer');
  const bank = await ownBank(page);
  const me = await call<{ roles: { role: string; unit: { id: string } }[] }>(page, 'GET', '/me');
  const number = `${Date.now() % 100000}/2026/NĐ-CP`;
  const law = await call<{ id: string }>(page, 'POST', '/instruments', {
    unit_id: me.roles.find((grant) => grant.role === 'organizer')!.unit.id,
    number,
    title: 'Nghị định thử về hành vi trên mạng',
    kind: 'decree',
  });
  await open(page, `/ql/ngan-hang/${bank}/moi`);
  await page.locator('#stem').fill('Theo nghị định thử, em nên làm gì khi bị lấy ảnh?');
  await page.locator('#option-0').fill('Báo người lớn');
  await page.locator('#option-1').fill('Im lặng');
  await page.locator('#right-0').check();
  await page.locator('summary', { hasText: 'Văn bản và hiệu lực' }).click();
  await choose(page, '#instrument_id', number);
  await expect(page.locator('#source')).toHaveValue(number);
  await page.locator('#law_to').fill('2027-07-01');
  await expectNoAxeFindings(page, 'law');
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await saved(page);
  expect((await stored(page, bank))[0]).toMatchObject({ instrument_id: law.id, law_to: '2027-07-01', source: number });
  await page.reload();
  await expect(page.locator('#instrument_id')).toHaveValue(new RegExp(number));
});
