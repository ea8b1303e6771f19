// A paper as teachers have it in a word processor: in as a file, its faults
// mended in the preview, approved by a second person, drawn by a contest.
// fixtures/sixty.docx was saved by LibreOffice from fixtures/sixty.html.
import { readFileSync } from 'node:fs';
import { call, colleague, count, enter, expect, open, test, yes } from './desk.ts';

const mark = `Đề Word ${Date.now()}`;

async function mend(page: import('@playwright/test').Page, place: string, column: string, value: string) {
  const cell = page
    .locator('tbody tr', { has: page.locator('th', { hasText: new RegExp(`^${place}$`) }) })
    .locator(`td.col-${column}`);
  await cell.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(value);
  await page.keyboard.press('Enter');
  await expect(cell).not.toHaveAttribute('aria-busy', 'true');
}

/** ownBank makes an empty bank of the organizer's unit. */
async function ownBank(page: import('@playwright/test').Page): Promise<{ id: string; unit: string }> {
  const me = await call<{ roles: { role: string; unit: { id: string } }[] }>(page, 'GET', '/me');
  const unit = me.roles.find((grant) => grant.role === 'organizer')!.unit.id;
  const bank = await call<{ id: string }>(page, 'POST', '/banks', { unit_id: unit, name: `Đề Word ${Date.now()}` });
  return { id: bank.id, unit };
}

// Planted defect that it catches: the first of two keys standing in its cell, so that
// writing that letter changed nothing and the fault stayed.
test('a paper of 60 questions with 5 faults is mended, approved by a second person and drawn by a contest', async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000);
  await enter(page, 'organizer');
  const bank = await ownBank(page);

  await open(page, `/ql/nhap?kind=questions&bank=${bank.id}`);
  await page.locator('#file').setInputFiles({
    name: 'de-thi.docx',
    mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    buffer: readFileSync(new URL('fixtures/sixty.docx', import.meta.url)),
  });
  await page.locator('form button.primary').click();
  await expect(page).toHaveURL(/\/ql\/nhap\/[^/]+$/);
  await expect(count(page, 'Tất cả dòng')).toHaveText('60');
  await expect(count(page, 'Có lỗi')).toHaveText('4');
  await expect(count(page, 'Trùng')).toHaveText('1');
  await page.getByLabel('Chỉ dòng lỗi').check();
  await expect(page.locator('tbody tr.error th')).toHaveText(['Câu 7', 'Câu 15', 'Câu 23', 'Câu 31']);
  await page.getByLabel('Chỉ dòng lỗi').uncheck();

  await mend(page, 'Câu 7', 'key', 'C');
  await mend(page, 'Câu 15', 'key', 'C');
  await mend(page, 'Câu 23', 'key', 'C');
  await mend(page, 'Câu 31', 'option_c', 'Rời khỏi nhóm ngay lập tức');
  await mend(page, 'Câu 44', 'stem', 'Tình huống 44: bạn thân rủ em giả giọng người khác để trêu. Em nên làm gì?');
  await expect(count(page, 'Có lỗi')).toHaveText('0');
  await expect(count(page, 'Trùng')).toHaveText('0');
  await page.getByRole('button', { name: 'Ghi vào hệ thống' }).click();
  await yes(page);
  await expect(page.locator('main .note').first()).toContainText('thêm mới 60');

  // Only a second person approves.
  const ids = async (who: import('@playwright/test').Page) => {
    const all: string[] = [];
    for (let cursor = ''; ;) {
      const list = await call<{ items: { id: string }[]; next_cursor?: string }>(
        who,
        'GET',
        `/banks/${bank.id}/questions?limit=50&cursor=${cursor}`,
      );
      all.push(...list.items.map((each) => each.id));
      if (!list.next_cursor) return all;
      cursor = list.next_cursor;
    }
  };
  const second = await colleague(browser, 'admin');
  await open(second, `/ql/ngan-hang/${bank.id}`);
  const all = await ids(second);
  expect(all).toHaveLength(60);
  for (const who of [page, second]) {
    await call(who, 'POST', `/banks/${bank.id}/reviews`, { action: 'approve', question_ids: all });
  }
  const topics = await call<{ items: { state?: string; count: number }[] }>(
    second,
    'GET',
    `/banks/${bank.id}/questions?state=approved&limit=50`,
  );
  expect(topics.items).toHaveLength(50);

  const contest = await call<{ id: string }>(page, 'POST', '/contests', { unit_id: bank.unit, title: mark });
  const hour = 3_600_000;
  const round = await call<{ id: string }>(page, 'POST', `/contests/${contest.id}/rounds`, {
    kind: 'quiz',
    name: 'Vòng 1',
    bank_id: bank.id,
    duration_s: 900,
    opens_at: new Date(Date.now() + hour).toISOString(),
    closes_at: new Date(Date.now() + 2 * hour).toISOString(),
  });
  const blueprint = await call<{ problems?: unknown[] | null; lines: { available: number }[] }>(
    page,
    'PUT',
    `/rounds/${round.id}/blueprint`,
    { lines: [{ count: 20, points: 100 }] },
  );
  expect(blueprint.problems ?? []).toHaveLength(0);
  expect(blueprint.lines[0]!.available).toBe(60);
  await call(page, 'POST', `/contests/${contest.id}/publish`);
  await second.context().close();
});

test('pasted questions are recognised while they are pasted, and previewed by their places', async ({ page }) => {
  await enter(page, 'organizer');
  const bank = await ownBank(page);
  await open(page, `/ql/nhap?kind=questions&bank=${bank.id}`);
  await page.getByText('Hoặc dán văn bản câu hỏi').click();
  await page
    .locator('#prose')
    .fill(
      [
        'Câu 1. Khi bị bêu xấu trong nhóm lớp, em nên làm gì trước tiên?',
        'A. Chia sẻ cho vui',
        'B. Báo thầy cô và lưu bằng chứng',
        'C. Mắng lại',
        'D. Không quan tâm',
        'Đáp án: B',
        'Câu 2. Mật khẩu nào khó đoán nhất trong các mật khẩu sau đây?',
        'A. 12345678',
        'B. tên em và ngày sinh',
        'C. một cụm từ dài chỉ em nhớ',
      ].join('\n'),
    );
  await expect(page.getByText('Nhận ra 2 câu hỏi.')).toBeVisible();
  await expect(page.getByText('1 câu còn thiếu hoặc chưa rõ')).toBeVisible();
  await page.getByRole('button', { name: 'Đọc và xem trước' }).click();
  await expect(count(page, 'Tất cả dòng')).toHaveText('2');
  await expect(count(page, 'Có lỗi')).toHaveText('1');
  await expect(page.locator('tbody tr.error th')).toHaveText('Câu 2');
});
