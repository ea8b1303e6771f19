import type { Page } from '@playwright/test';
import { call, colleague, enter, expect, open, test, yes } from './desk.ts';

interface Made {
  id: string;
}

const body = (stem: string, more: object = {}) => ({
  type: 'single',
  stem,
  format: 'markdown',
  options: ['111', '113', '114', '115'].map((text, at) => ({ text, correct: at === 0, pinned: false })),
  topic: 'Trợ giúp',
  age_band: '11-15',
  difficulty: 'nhan_biet',
  explanation: 'Tổng đài **111** bảo vệ trẻ em.',
  source: '',
  ...more,
});

/** ownBank makes a bank that no other spec looks at. */
async function ownBank(page: Page, name: string): Promise<string> {
  const { items } = await call<{ items: { unit: Made }[] }>(page, 'GET', '/banks');
  return (await call<Made>(page, 'POST', '/banks', { unit_id: items[0]!.unit.id, name })).id;
}

/** revise writes a second version over the first. */
async function revise(page: Page, id: string, question: object): Promise<void> {
  await page.evaluate(
    async ([id, question]) => {
      const session = await (await fetch('/api/v1/auth/refresh', { method: 'POST' })).json();
      const answer = await fetch(`/api/v1/questions/${id}/versions`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${session.access_token}`,
          'Content-Type': 'application/json',
          'If-Match': '"1"',
        },
        body: JSON.stringify(question),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [id, question] as const,
  );
}

test('a question is compared, talked about and approved by a second person', async ({ page, browser }) => {
  test.setTimeout(90_000);
  await enter(page, 'admin');
  const bank = await ownBank(page, 'Ngân hàng thử vòng đời');
  const made = await call<Made>(page, 'POST', `/banks/${bank}/questions`, body('Em gọi số nào khi bị bắt nạt?'));
  await open(page, `/ql/ngan-hang/${bank}`);
  await page.getByRole('link', { name: 'Em gọi số nào khi bị bắt nạt?' }).click();
  await expect(page).toHaveURL(new RegExp(`/ql/cau-hoi/${made.id}/xem$`));
  await expect(page.locator('.options li.right')).toContainText('111');
  await expect(page.locator('main')).toContainText('Tổng đài 111 bảo vệ'); // rendered: no stars
  await expect(page.getByText('mới có một phiên bản')).toBeVisible();

  await revise(page, made.id, body('Em gọi tổng đài nào khi bị bắt nạt?', { difficulty: 'thong_hieu' }));
  await page.reload();
  await expect(page.locator('del', { hasText: 'số' })).toBeVisible();
  await expect(page.locator('ins', { hasText: 'tổng đài' })).toBeVisible();
  await expect(page.locator('ins', { hasText: 'Thông hiểu' })).toBeVisible();
  await page.locator('#version').selectOption('1');
  await expect(page.locator('.stem')).toContainText('Em gọi số nào');
  await page.locator('#version').selectOption('2');
  await expect(page.locator('.stem')).toContainText('Em gọi tổng đài nào');

  // Who wrote it finds no way to approve it.
  await expect(page.getByText('người thứ hai sẽ duyệt')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Duyệt', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Gửi duyệt' }).click();
  await yes(page);
  await expect(page.locator('h1 .tag')).toHaveText('Chờ duyệt');

  const second = await colleague(browser, 'organizer');
  await open(second, `/ql/cau-hoi/${made.id}/xem`);
  await second.locator('#comment-new').fill('Nên ghi rõ đây là số miễn phí.');
  await second.getByRole('button', { name: 'Gửi góp ý' }).click();
  await expect(second.locator('.talk li')).toContainText('Nên ghi rõ');
  await expect(second.locator('.talk h2 .tag')).toContainText('1');

  await page.reload();
  await page.getByRole('button', { name: 'Đã xong' }).click();
  await expect(page.locator('.talk li')).toContainText('ghi là xong lúc');
  await expect(page.locator('.talk h2 .tag')).toHaveCount(0);

  await second.reload();
  await second.getByRole('button', { name: 'Duyệt', exact: true }).click();
  await yes(second);
  await expect(second.locator('h1 .tag')).toHaveText('Đã duyệt');
  for (const done of ['Duyệt phiên bản 2', 'Ghi góp ý là xong', 'Gửi duyệt phiên bản 2', 'Tạo câu hỏi'])
    await expect(second.locator('section.past')).toContainText(done);
  await expect(second.locator('section.uses')).toContainText('Chưa có vòng thi nào');
  await second.context().close();
});
