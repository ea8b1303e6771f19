// The pictures of README, taken from the demo with some life in it: npm run
// pictures. They are looked at by people, so nothing is asserted here beyond
// what a picture needs to be there; the other specs test these screens.
import { fileURLToPath } from 'node:url';
import type { APIRequestContext } from '@playwright/test';
import { card, pick, radios, startQuiz, nextQuestion, toChoice } from '../student/pupil.ts';
import { address, call, enter, expect, open, test } from '../staff/desk.ts';

const file = (name: string) => fileURLToPath(new URL(`../../pictures/${name}.png`, import.meta.url));

interface Contests {
  items: { title: string; rounds: { id: string; state: string }[] }[];
}
interface Question {
  id: string;
  type: string;
  options?: { id: string }[];
}

/** take has a pupil start, answer some questions and perhaps hand in, by the API alone. */
async function take(request: APIRequestContext, n: number, round: string, answers: number, handIn: boolean) {
  const signedIn = await request.post(`${address()}/api/v1/auth/card`, {
    data: { card: card(n), pin: process.env.MANGXANH_DEMO_PIN },
  });
  if (!signedIn.ok()) throw new Error(await signedIn.text());
  const session = (await signedIn.json()) as { access_token: string };
  const asPupil = { Authorization: `Bearer ${session.access_token}` };
  const started = await request.post(`${address()}/api/v1/rounds/${round}/attempts`, { headers: asPupil, data: {} });
  if (!started.ok()) throw new Error(await started.text());
  const attempt = (await started.json()) as { id: string; save_token: string; questions: Question[] };
  const given = attempt.questions
    .filter((question) => question.options)
    .slice(0, answers)
    .map((question, i) => {
      const ids = question.options!.map((option) => option.id);
      const response = question.type === 'ordering' ? ids : question.type === 'multiple' ? ids.slice(0, 2) : ids[n % ids.length];
      return { question_id: question.id, seq: i + 1, response };
    });
  const at = `${address()}/api/v1/attempts/${attempt.id}`;
  const headers = { Authorization: `Bearer ${attempt.save_token}` };
  if (given.length) await request.put(`${at}/answers`, { headers, data: { answers: given } });
  if (handIn) await request.post(`${at}/submit`, { headers: asPupil, data: {} });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });
  test('playing', async ({ page }) => {
    await startQuiz(page, 57);
    for (let i = 0; i < 4; i++) {
      if (await radios(page).count()) await pick(page, 1);
      await nextQuestion(page);
    }
    await toChoice(page);
    await pick(page, 1);
    await expect(page.locator('[data-save=saved]').first()).toBeVisible();
    await page.screenshot({ path: file('play') });
  });
});

test('the monitor', async ({ page, request }) => {
  test.setTimeout(120_000);
  await enter(page, 'organizer');
  const contests = await call<Contests>(page, 'GET', '/contests?scope=staff');
  const round = contests.items
    .find((each) => each.title.startsWith('Tìm hiểu pháp luật'))!
    .rounds.find((each) => each.state === 'open')!.id;
  for (let n = 1; n <= 48; n++) if (n % 5) await take(request, n, round, 4 + (n % 14), n % 3 === 0);
  await open(page, `/ql/vong/${round}/giam-sat`);
  await expect(page.locator('main .stat').first()).toBeVisible();
  await page.screenshot({ path: file('monitor') });
});

test('published results', async ({ page }) => {
  await page.goto(`${address()}/ket-qua`);
  await page.locator('main a[href^="/ket-qua/"]').first().click();
  await expect(page.locator('table')).toBeVisible();
  await page.screenshot({ path: file('results') });
});

test('the preview of an import', async ({ page }) => {
  await enter(page, 'organizer');
  const banks = await call<{ items: { id: string }[] }>(page, 'GET', '/banks');
  await open(page, `/ql/nhap?kind=questions&bank=${banks.items[0]!.id}`);
  await page.locator('#file').setInputFiles(fileURLToPath(new URL('../staff/fixtures/sixty.docx', import.meta.url)));
  await page.locator('form button.primary').click();
  await expect(page).toHaveURL(/\/ql\/nhap\/[^/]+$/);
  await expect(page.locator('tbody tr').first()).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 1200 });
  await page.screenshot({ path: file('import') });
});

test('the editor of questions', async ({ page }) => {
  await enter(page, 'organizer');
  const banks = await call<{ items: { id: string }[] }>(page, 'GET', '/banks');
  await open(page, `/ql/ngan-hang/${banks.items[0]!.id}/moi`);
  await page.locator('#stem').focus();
  await page.locator('#stem').evaluate((node) => {
    const data = new DataTransfer();
    data.setData(
      'text/plain',
      'Một tài khoản lạ gửi đường dẫn “nhận quà” và xin mã OTP. Em nên làm gì?\nA. Gửi mã để nhận quà\n*B. Không bấm, chặn tài khoản và báo cho người lớn\nC. Chuyển tiếp cho bạn cùng lớp\nD. Hỏi lại xem quà là gì',
    );
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(page.locator('.phone')).toContainText('mã OTP');
  await page.waitForTimeout(1500); // the preview settles
  await page.screenshot({ path: file('editor') });
});
