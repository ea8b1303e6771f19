// The organizers' whole work on one contest, with two people: questions in,
// approved by the second, contest made, opened, watched, closed, published.
import type { Browser, Page } from '@playwright/test';
import { card } from '../student/pupil.ts';
import { address, call, colleague, count, enter, expect, open, test, upload, yes } from './desk.ts';

interface Attempt {
  id: string;
  deadline: string;
  questions: { id: string; type: string; options?: { id: string }[] }[];
}

/** A pupil at a phone, as far as the monitor can tell: over the API. */
class Phone {
  private token = '';
  private attempt: Attempt | undefined;

  constructor(private readonly n: number) {}

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${address()}/api/v1${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
      },
      body: JSON.stringify(body ?? {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async start(round: string): Promise<void> {
    const pin = process.env.MANGXANH_DEMO_PIN!;
    const session = await this.ask<{ access_token: string }>('POST', '/auth/card', { card: card(this.n), pin });
    this.token = session.access_token;
    this.attempt = await this.ask<Attempt>('POST', `/rounds/${round}/attempts`);
  }

  async submit(): Promise<void> {
    const answers = this.attempt!.questions.filter(
      (question) => question.options?.length && !['ordering', 'multiple'].includes(question.type),
    ).map((question) => ({ question_id: question.id, seq: 1, response: question.options![0]!.id }));
    await this.ask('POST', `/attempts/${this.attempt!.id}/submit`, { answers });
  }
}

const mark = `Cuộc thi thử ${Date.now()}`;
const header = 'type,topic,age_band,difficulty,stem,option_a,option_b,option_c,option_d,key,explanation,source';
const questions = Array.from(
  { length: 6 },
  (_, i) =>
    `single,Chủ đề ${mark},8-10,nhan_biet,${mark} câu ${i + 1}?,một ${i},hai ${i},ba ${i},bốn ${i},${'ABCD'[i % 4]},Vì thế.,`,
);

test.describe.configure({ mode: 'serial' });

let round = '';

test('questions come in with a fault, are mended, and only a second person approves them', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  await enter(page, 'admin');
  const banks = await call<{ items: { id: string }[] }>(page, 'GET', '/banks');
  const bank = banks.items[0]!.id;
  await open(page, `/ql/nhap?kind=questions&bank=${bank}`);
  const broken = [...questions];
  broken[2] = broken[2]!.replace(/,C,Vì/, ',E,Vì');
  await upload(page, 'cau-hoi.csv', [header, ...broken].join('\n'));
  await expect(count(page, 'Có lỗi')).toHaveText('1');
  const wrong = page.locator('tbody td[aria-invalid=true]');
  await expect(wrong).toHaveAttribute('class', /col-key/);
  await wrong.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('C');
  await page.keyboard.press('Enter');
  await expect(count(page, 'Có lỗi')).toHaveText('0');
  await page.getByRole('button', { name: 'Ghi vào hệ thống' }).click();
  await yes(page);
  await expect(page.locator('main .note').first()).toContainText('thêm mới 6');

  const approve = async (who: Page) => {
    await open(who, `/ql/ngan-hang/${bank}`);
    await who.locator('#q').fill(mark);
    await expect(who.locator('.questions > li')).toHaveCount(6);
    await who.locator('#all').check();
    await who.getByRole('button', { name: 'Duyệt', exact: true }).click();
    await yes(who);
  };
  await approve(page);
  await expect(page.locator('main .note.warn')).toContainText('người thứ hai');
  const second = await colleague(browser, 'organizer');
  await approve(second);
  await expect(second.locator('.notice').last()).toContainText('6');
  await second.locator('#q').fill(mark);
  await expect(second.locator('.questions .tag.go')).toHaveCount(6);
  await second.context().close();
});

test('a contest is made, refused while incomplete, then published and opened', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page, 'organizer');
  await open(page, '/ql/cuoc-thi/moi');
  await page.locator('#title').fill(mark);
  await page.locator('main form button[type=submit]').click();
  await expect(page).toHaveURL(/\/the-le$/);

  // The text of the rules follows the settings.
  await expect(page.locator('.paper')).not.toBeEmpty();
  const before = await page.locator('.paper').textContent();
  await page.locator('#attempt_policy').selectOption('best_then_earliest');
  await expect(page.locator('#attempts_max')).toBeVisible();
  await expect(page.locator('.paper')).not.toHaveText(before!);
  await page.locator('#attempt_policy').selectOption('one');
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await expect(page.locator('.notice').last()).toContainText('Đã lưu');

  await page.getByRole('button', { name: 'Công bố cuộc thi' }).click();
  await yes(page);
  const against = page.locator('.against a');
  await expect(against.first()).toContainText('vòng thi');
  await against.first().click();
  await expect(page).toHaveURL(/\/vong$/);

  await page.getByRole('button', { name: 'Thêm vòng thi' }).click();
  await page.locator('#ropens').fill('2099-01-01T10:00');
  await page.locator('#rcloses').fill('2099-01-08T09:00');
  await page.locator('#rminutes').fill('10');
  await expect(page.locator('#rbank')).not.toHaveValue('');
  await page.locator('dialog[open] button[type=submit]').click();
  await expect(page.locator('main section h2').first()).toContainText('Vòng 1');
  await expect(page.locator('.facts').first()).toContainText('10:00 01/01/2099');

  await page.getByRole('button', { name: 'Thêm dòng' }).click();
  await page.locator('td.topic select').selectOption(`Chủ đề ${mark}`);
  await page.locator('td input').first().fill('9');
  await expect(page.locator('td.has .tag')).toHaveClass(/bad/);
  await page.locator('td input').first().fill('6');
  await expect(page.locator('td.has .tag')).toHaveClass(/go/);
  await page.getByRole('button', { name: 'Lưu ma trận' }).click();
  await expect(page.locator('.notice').last()).toContainText('ma trận');

  await page.getByRole('button', { name: 'Công bố cuộc thi' }).click();
  await yes(page);
  await expect(page.locator('.notice').last()).toContainText('công bố');
  await page.getByRole('button', { name: 'Mở ngay' }).click();
  await yes(page);
  await page.getByRole('link', { name: 'Giám sát' }).click();
  await expect(page).toHaveURL(/giam-sat$/);
  round = /vong\/([^/]+)/.exec(page.url())![1]!;
});

test('check 28: the monitor shows a submit within 5 s, says when it is stale, and extra time is given', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const [first, second] = [new Phone(30), new Phone(31)];
  await first.start(round);
  await second.start(round);
  await enter(page, 'organizer');
  await open(page, `/ql/vong/${round}/giam-sat`);
  const tile = (label: string) => page.locator('.tiles .stat', { hasText: label }).locator('strong');
  await expect(tile('Đang làm')).toHaveText('2');
  await expect(tile('Đã nộp')).toHaveText('0');
  await first.submit();
  await expect(tile('Đã nộp')).toHaveText('1', { timeout: 5000 });

  await page.locator('#state').selectOption('working');
  const row = page.locator('.people tbody tr').first();
  await expect(page.locator('.people tbody tr')).toHaveCount(1);
  const before = await row.locator('td').nth(5).textContent();
  await row.getByRole('button', { name: /Thêm giờ/ }).click();
  await expect(page.locator('dialog[open] .actions button.primary')).toBeDisabled();
  await page.locator('#reason').fill('Mất điện 5 phút');
  await yes(page);
  await expect(page.locator('.notice').last()).toContainText('5 phút');
  await expect(row.locator('td').nth(5)).not.toHaveText(before!);

  // The stream drops after its first word and nobody answers any more.
  const last = await call<unknown>(page, 'GET', `/rounds/${round}/monitor`);
  await page.route(/\/monitor(\?|$)/, (route) => route.abort());
  await page.route(/\/monitor\/stream/, (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: `data: ${JSON.stringify(last)}\n\n` }),
  );
  await page.reload();
  await expect(tile('Đã nộp')).toHaveText('1');
  await page.route(/\/monitor\/stream/, (route) => route.abort());
  await expect(page.locator('[data-stale=true]')).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.fresh')).toContainText('cũ');
  await page.unrouteAll();
  await expect(page.locator('[data-stale=false]')).toBeVisible({ timeout: 15_000 });

  await page.getByRole('button', { name: 'Đóng ngay' }).click();
  await yes(page);
  await expect(page.locator('main h1 .tag')).toContainText('Đã đóng');
});

test('check 30: results are checked by one, published by another, and read without JavaScript in the approved form', async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000);
  await enter(page, 'organizer');
  await open(page, `/ql/vong/${round}/ket-qua`);
  // The server takes in what was under way within a minute of the close.
  await page.getByRole('button', { name: 'Tổng hợp kết quả' }).click();
  await expect(async () => {
    await yes(page);
    await expect(page.locator('dialog[open]')).toHaveCount(0, { timeout: 3000 });
  }).toPass({ timeout: 120_000, intervals: [5000] });
  await expect(page.locator('.steps .done')).toHaveCount(1);
  await page.getByRole('button', { name: 'Xác nhận đã kiểm tra' }).click();
  await yes(page);
  await expect(page.locator('.steps .done')).toHaveCount(2);
  await expect(page.locator('main .note.warn')).toContainText('người thứ hai');
  await page.getByRole('button', { name: 'Công bố chính thức' }).click();
  await yes(page);
  await expect(page.locator('dialog[open] [role=alert]')).toContainText('người thứ hai');

  const second = await colleague(browser, 'admin');
  await open(second, `/ql/vong/${round}/ket-qua`);
  await second.getByRole('button', { name: 'Như công khai' }).click();
  await expect(second.locator('tbody tr').first()).toBeVisible();
  const preview = await lines(second, 'section.card tbody tr');
  await second.getByRole('button', { name: 'Công bố chính thức' }).click();
  await yes(second);
  await expect(second.locator('.steps .done')).toHaveCount(3);
  const saved = second.waitForEvent('download');
  await second.getByRole('button', { name: 'Tải CSV' }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.csv$/);
  const href = (await second.getByRole('link', { name: 'Xem trang công khai' }).first().getAttribute('href'))!;
  await second.context().close();

  const plain = await withoutScript(browser);
  await plain.goto(address() + href);
  const text = (await plain.locator('main').textContent())!;
  for (const line of preview) expect(text).toContain(line.name);
  const full = await call<{ items: { full_name: string; public_name: string }[] }>(
    page,
    'GET',
    `/results/${await newest(page)}/lines`,
  );
  expect(full.items).toHaveLength(preview.length);
  for (const line of full.items) {
    if (line.full_name !== line.public_name) expect(text).not.toContain(line.full_name);
  }
  await plain.context().close();
});

async function newest(page: Page): Promise<string> {
  const versions = await call<{ items: { id: string; number: number }[] }>(page, 'GET', `/rounds/${round}/results`);
  return versions.items.sort((a, b) => b.number - a.number)[0]!.id;
}

async function lines(page: Page, selector: string): Promise<{ rank: string; name: string }[]> {
  return page.locator(selector).evaluateAll((rows) =>
    rows.map((row) => ({
      rank: row.querySelectorAll('td')[0]?.textContent?.trim() ?? '',
      name: row.querySelectorAll('td')[1]?.textContent?.trim() ?? '',
    })),
  );
}

async function withoutScript(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'vi-VN' });
  return context.newPage();
}
