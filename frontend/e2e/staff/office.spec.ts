// The screens behind the contests: consents, the facts of a pupil, school
// groups, the log, files taken in earlier, and the reasons of a place.
import { call, choose, enter, expect, open, test, upload, yes, colleague } from './desk.ts';

interface List<T> {
  items: T[];
}
const notice = '.notices .notice';

test('a consent is recorded, listed with who recorded it, and withdrawn', async ({ page }) => {
  await enter(page, 'school');
  await open(page, '/ql/hoc-sinh');
  const row = page.locator('tbody tr', { hasText: 'Viết tắt' }).first();
  const name = (await row.locator('td').first().locator('.link').textContent())!.split('–')[0]!.trim();
  await row.locator('button', { hasText: 'Viết tắt' }).click();
  const dialog = page.locator('dialog[open]');
  await expect(dialog).toContainText(name);
  for (const by of ['guardian', 'child']) {
    await dialog.locator('#cby').selectOption(by);
    await dialog.locator('#cevidence').fill(`Phiếu số 12, tủ hồ sơ ${by}`);
    await dialog.locator('.actions button.primary').click();
    await expect(dialog.locator('li', { hasText: `tủ hồ sơ ${by}` }).first()).toContainText('ghi lúc');
  }
  const standing = dialog.locator('li', { hasText: 'tủ hồ sơ child' }).first();
  await standing.getByRole('button', { name: 'Rút lại' }).click();
  await standing.getByRole('button', { name: 'Rút lại sự đồng ý này' }).click();
  await expect(standing).toContainText('Đã rút lại');
  await expect(standing.getByRole('button')).toHaveCount(0);
});

test('the facts of a pupil are mended, and an edit by two people is not lost', async ({ page }) => {
  await enter(page, 'school');
  await open(page, '/ql/hoc-sinh');
  const letters = [...String(Date.now())].map((digit) => 'ăâđêôơưbch'[Number(digit)]).join('');
  const name = `Nguyễn Hoàng Thị Thuỳ ${letters}`;
  const first = page.locator('tbody tr').first();
  await first.locator('.link').first().click();
  const dialog = page.locator('dialog[open]');
  await dialog.locator('#pname').fill(name);
  await dialog.locator('#pbirth').fill('2013-02-28');
  await dialog.locator('#pgender').selectOption('female');
  await dialog.locator('#pcode').fill('HS-0007');
  // Somebody else saves first.
  const { items } = await call<List<{ account_id: string; version: number; name: string }>>(
    page,
    'GET',
    `/units/${new URL(page.url()).searchParams.get('unit')}/enrolments?limit=1`,
  );
  await page.evaluate(
    async ([id, version]) => {
      const session = await (await fetch('/api/v1/auth/refresh', { method: 'POST' })).json();
      await fetch(`/api/v1/accounts/${id}`, {
        method: 'PATCH',
        headers: {
          Authorization: `Bearer ${session.access_token}`,
          'Content-Type': 'application/json',
          'If-Match': `"${version}"`,
        },
        body: JSON.stringify({ language: 'en' }),
      });
    },
    [items[0]!.account_id, items[0]!.version] as const,
  );
  await dialog.locator('.actions button.primary').click();
  await expect(dialog.locator('[role=alert]')).toContainText('Người khác vừa sửa');
  await dialog.getByRole('button', { name: 'Tải lại bản mới nhất' }).click();
  await expect(dialog.locator('[role=alert]')).toHaveCount(0);
  await dialog.locator('#pname').fill(name);
  const other = await dialog.locator('#pclass option').last().textContent();
  await dialog.locator('#pclass').selectOption({ label: other! });
  await dialog.locator('.actions button.primary').click();
  await expect(page.locator(notice)).toContainText('Đã lưu thông tin');
  const moved = page.locator('tbody tr', { hasText: name });
  await expect(moved).toContainText(other!);
});

test('a group of schools is made and its members are chosen', async ({ page }) => {
  await enter(page, 'admin');
  await open(page, '/ql/nhom-truong');
  await page.getByRole('button', { name: 'Thêm nhóm trường' }).first().click();
  await page.locator('dialog[open] #gname').fill('Các trường của quận cũ');
  await page.locator('dialog[open] .actions button.primary').click();
  await expect(page.locator('h1')).toContainText('Các trường của quận cũ');
  const { items } = await call<List<{ name: string }>>(page, 'GET', '/units?kind=school');
  for (const school of items.slice(0, 2)) await choose(page, '#member', school.name);
  await page.getByRole('button', { name: 'Lưu danh sách' }).click();
  await expect(page.locator(notice)).toContainText('Đã lưu');
  await page.locator('main li .btn').first().click();
  await page.getByRole('button', { name: 'Lưu danh sách' }).click();
  await expect(page.locator('main h2')).toContainText(`${Math.min(2, items.length) - 1} trường trong nhóm`);
  await page.reload();
  await expect(page.locator('main li')).toHaveCount(Math.min(2, items.length) - 1);

  await page.getByRole('button', { name: 'Đổi tên' }).click();
  await page.locator('dialog[open] #gname').fill('Các trường quận cũ, đổi tên');
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toHaveText('Các trường quận cũ, đổi tên');
  const id = page.url().split('/').at(-1)!;
  const unit = (await call<{ unit_id: string }>(page, 'GET', `/unit-groups/${id}`)).unit_id;
  const made = await call<{ id: string }>(page, 'POST', '/contests', {
    unit_id: unit,
    title: 'Cuộc thi của nhóm trường',
    audience: [id],
  });
  await page.getByRole('button', { name: 'Xóa nhóm' }).click();
  await yes(page);
  await expect(page.locator('dialog[open] .note.bad')).toContainText('Có cuộc thi đang chọn nhóm này');
  await call(page, 'PATCH', `/contests/${made.id}`, { audience: [] });
  await yes(page);
  await expect(page).toHaveURL(/nhom-truong$/);
  await expect(page.locator('tbody')).not.toContainText('Các trường quận cũ, đổi tên');
});

test('whoever prints PINs stands in the log, which only administrators read', async ({ page, browser }) => {
  await enter(page, 'school');
  await open(page, '/ql/the');
  await expect(page.locator('.logincard').first()).toBeVisible();
  await expect(page.locator('#nav a[href="/ql/nhat-ky"]')).toHaveCount(0);
  const admin = await colleague(browser, 'admin');
  await open(admin, '/ql/nhat-ky');
  const printed = admin.locator('tbody tr', { hasText: 'Xem và in thẻ có mã PIN' });
  await expect(printed.first()).toContainText('in từ trang');
  await printed.first().locator('td').nth(1).locator('.link').click();
  await expect(admin.locator('tbody tr').first()).toBeVisible();
  await expect(admin).toHaveURL(/actor=/);
  await admin.locator('#kind').selectOption('account');
  await expect(admin.locator('tbody')).not.toContainText('Xem và in thẻ');
  await admin.context().close();
});

test('a file read yesterday can be gone on with', async ({ page }) => {
  await enter(page, 'admin');
  const banks = await call<List<{ id: string }>>(page, 'GET', '/banks');
  await open(page, `/ql/nhap?kind=questions&bank=${banks.items[0]!.id}`);
  await upload(page, 'hôm qua.csv', 'type,stem,option_a,option_b,key\nsingle,Câu của hôm qua?,một,hai,A\n');
  await open(page, '/ql/nhap?kind=questions');
  const line = page.locator('.recent tbody tr', { hasText: 'hôm qua.csv' }).first();
  await expect(line).toContainText('1 dòng ghi được');
  await line.getByRole('link', { name: /Làm tiếp/ }).click();
  await page.getByRole('button', { name: 'Bỏ lần nhập này' }).click();
  await yes(page);
  await expect(page).toHaveURL(/\/ql\/nhap$/);
});

test('the reasons of a place are told, criterion by criterion', async ({ page }) => {
  await enter(page, 'admin');
  const contests = await call<List<{ rounds: { id: string; state: string }[] }>>(page, 'GET', '/contests?scope=staff');
  const official = contests.items.flatMap((each) => each.rounds).find((round) => round.state === 'official')!;
  await open(page, `/ql/vong/${official.id}/ket-qua`);
  await page
    .locator('tbody tr')
    .nth(1)
    .getByRole('button', { name: /Vì sao/ })
    .click();
  const dialog = page.locator('dialog[open]');
  await expect(dialog).toContainText('Xét lần lượt');
  await expect(dialog.locator('ol li').first()).toContainText('Điểm');
  await expect(dialog).toContainText(/Sau hạng|Không có hạng nào tốt hơn/);
});

test('the monitor finds a name without its marks among all, and says what lost means', async ({ page }) => {
  await enter(page, 'admin');
  const contests = await call<List<{ rounds: { id: string; state: string }[] }>>(page, 'GET', '/contests?scope=staff');
  const opened = contests.items.flatMap((each) => each.rounds).find((round) => round.state === 'open')!;
  await open(page, `/ql/vong/${opened.id}/giam-sat`);
  await expect(page.locator('main')).toContainText('60 giây');
  const name = (await page.locator('.people tbody tr strong').last().textContent())!;
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();
  await page.locator('#q').fill(plain);
  await expect(page.locator('.people tbody tr').first()).toContainText(name);
  await page.locator('#q').fill('không có ai tên này');
  await expect(page.locator('.people')).toContainText('Không tìm thấy dòng nào');
});

test('a second version says what it corrects before it can be published, and the list keeps the words', async ({
  page,
  browser,
}) => {
  await enter(page, 'organizer');
  const contests = await call<List<{ rounds: { id: string; state: string; prediction: boolean }[] }>>(
    page,
    'GET',
    '/contests?scope=staff',
  );
  const official = contests.items
    .flatMap((each) => each.rounds)
    .find((round) => round.state === 'official' && round.prediction)!;
  await open(page, `/ql/vong/${official.id}/ket-qua`);
  await page.getByRole('button', { name: 'Tổng hợp phiên bản mới' }).click();
  await page.locator('#counting').selectOption('given');
  await expect(page.locator('dialog[open] .actions button.primary')).toBeDisabled();
  await page.locator('#target').fill('17');
  await yes(page);
  await expect(page.locator('.facts')).toContainText('17 do ban tổ chức nhập');
  await page.getByRole('button', { name: 'Xác nhận đã kiểm tra' }).click();
  await yes(page);
  await expect(page.locator('main')).toContainText('người thứ hai');

  const second = await colleague(browser, 'admin');
  await open(second, `/ql/vong/${official.id}/ket-qua`);
  await second.getByRole('button', { name: 'Công bố chính thức' }).click();
  await expect(second.locator('dialog[open] .actions button.primary')).toBeDisabled();
  await second.locator('#note').fill('Đáp số câu dự đoán tính cả điểm thi thứ hai.');
  await yes(second);
  await expect(second.locator('.history li').first()).toContainText('tính cả điểm thi thứ hai');
  await second.context().close();
});
