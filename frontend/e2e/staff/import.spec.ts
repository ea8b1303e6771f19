import { readFileSync } from 'node:fs';
import { count, enter, expect, open, test, upload, yes } from './desk.ts';

const header = 'Họ và tên,Ngày sinh,Giới tính,Lớp,Mã học sinh';
const family = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Ngô'];
const middle = ['Thị', 'Văn', 'Minh', 'Ngọc', 'Gia', 'Thu', 'Đức', 'Quỳnh', 'Bảo', 'Hữu'];
const given = ['An', 'Ánh', 'Bình', 'Chi', 'Dũng', 'Đạt', 'Hà', 'Huyền', 'Khôi', 'Ơn'];

/** A roster of 1,000 made-up pupils, 37 of them with a planted fault. */
function roster(): { text: string; faulty: number[] } {
  const lines = [header];
  const faulty: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const name = `${family[i % 10]} ${middle[Math.floor(i / 10) % 10]} ${given[Math.floor(i / 100)]}`;
    const day = `${String((i % 28) + 1).padStart(2, '0')}/${String((i % 12) + 1).padStart(2, '0')}/2014`;
    let cells = [name, day, i % 2 ? 'Nam' : 'Nữ', `7A${(i % 20) + 1}`, `00${10_000 + i}`];
    if (i % 27 === 5) {
      const fault = faulty.length % 4;
      if (fault === 0) cells = ['', ...cells.slice(1)];
      if (fault === 1) cells[1] = '31/02/2014';
      if (fault === 2) cells[2] = 'khác';
      if (fault === 3) cells[3] = '';
      faulty.push(i + 2);
    }
    lines.push(cells.join(','));
  }
  return { text: `\uFEFF${lines.join('\r\n')}\r\n`, faulty };
}

test('check 25: 37 planted faults in 1,000 rows are named by row and column, mended in place; the rest goes in once', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const { text, faulty } = roster();
  expect(faulty).toHaveLength(37);
  await enter(page, 'school');
  await open(page, '/ql/nhap?kind=roster');
  await upload(page, 'danh-sach.csv', text);
  await expect(count(page, 'Tất cả dòng')).toHaveText('1.000');
  await expect(count(page, 'Có lỗi')).toHaveText('37');

  await page.getByLabel('Chỉ dòng lỗi').check();
  await expect(page.locator('tbody tr.error')).toHaveCount(37);
  const rows = await page.locator('tbody tr.error th').allTextContents();
  expect(rows.map(Number)).toEqual(faulty);
  await expect(page.locator('tbody td[aria-invalid=true]')).toHaveCount(37);
  await expect(page.locator('tbody tr.error').nth(1).locator('.col-birth_date')).toContainText('31/02/2014');

  // A number in the list of equal faults leads to its cell; the keyboard mends it.
  await page.getByLabel('Chỉ dòng lỗi').uncheck();
  await page
    .locator('.groups button')
    .filter({ hasText: new RegExp(`${faulty[1]}$`) })
    .click();
  const cell = page.locator('td.col-birth_date:focus');
  await expect(cell).toContainText('31/02/2014');
  await page.keyboard.press('Enter');
  await page.keyboard.type('28/02/2014');
  await page.keyboard.press('Enter');
  await expect(count(page, 'Có lỗi')).toHaveText('36');
  await expect(count(page, 'Sẵn sàng')).toHaveText('964');

  let commits = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/commit')) commits++;
  });
  await page.getByRole('button', { name: 'Ghi vào hệ thống' }).click();
  await expect(page.locator('dialog[open]')).toContainText('964');
  await expect(page.locator('dialog[open]')).toContainText('36');
  await page.locator('dialog[open] .actions button.primary').evaluate((button: HTMLElement) => {
    button.click();
    button.click();
  });
  await expect(page.locator('main .note').first()).toContainText('964');
  expect(commits).toBe(1);

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Tải dòng chưa nhận' }).click();
  const rejected = readFileSync(await (await saved).path(), 'utf8');
  expect(rejected.trim().split(/\r?\n/)).toHaveLength(37);

  await page.getByRole('button', { name: 'Hoàn tác lần nhập' }).click();
  await yes(page);
  await expect(page.locator('main .note.warn')).toContainText('hoàn tác');
});

test('check 27: pasted cells fill the preview as they were: tabs, quotes, line breaks, leading zeros', async ({
  page,
}) => {
  await enter(page, 'school');
  await open(page, '/ql/nhap?kind=roster');
  await page.locator('summary').click();
  const cells = [
    ['Họ và tên', 'Ngày sinh', 'Giới tính', 'Lớp', 'Mã học sinh'],
    ['Trần Thị "Bé" Hai', '05/09/2014', 'Nữ', '7A1', '0012345'],
    ['Lê Văn\nBa', '06/10/2014', 'Nam', '7A1', '0000001'],
  ];
  const tsv = cells
    .map((row) => row.map((text) => (/["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join('\t'))
    .join('\r\n');
  await page.locator('#paste').fill(tsv);
  await expect(page.locator('main [role=status]')).toContainText('3 dòng, 5 cột');
  await page.locator('form button.primary').click();
  await expect(page.locator('tbody tr')).toHaveCount(2);
  const row = (n: number) => page.locator('tbody tr').nth(n);
  await expect(row(0).locator('.col-pupil_code .text')).toHaveText('0012345');
  await expect(row(1).locator('.col-pupil_code .text')).toHaveText('0000001');
  await expect(row(0).locator('.col-name .text')).toContainText('"Bé"');
  await expect(row(1).locator('.col-name .text')).toContainText('Ba');
  await page.getByRole('button', { name: 'Bỏ lần nhập này' }).click();
  await yes(page);
  await expect(page).toHaveURL(/\/ql\/nhap$/);
});

test('what is no table is refused with a sentence that helps', async ({ page }) => {
  await enter(page, 'school');
  await open(page, '/ql/nhap?kind=roster');
  await page.locator('#file').setInputFiles({ name: 'anh.xlsx', mimeType: 'x', buffer: Buffer.from('not a workbook') });
  await page.locator('form button.primary').click();
  await expect(page.locator('main [role=alert]')).toContainText(/bảng tính|tiêu đề/);
});
