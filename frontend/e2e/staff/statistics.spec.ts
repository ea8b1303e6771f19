import type { Page } from '@playwright/test';
import { call, enter, expect, expectNoAxeFindings, expectNoSidewaysScroll, open, test } from './desk.ts';

interface Line {
  question_id: string;
  stem: string;
  served: number;
  facility?: number;
  withheld?: boolean;
  options: { id: string; text: string; correct: boolean }[];
}

interface Statistics {
  items: Line[];
  attempts: number;
  min_answers: number;
}

interface Contests {
  items: { id: string; rounds: { id: string; state: string }[] }[];
}

/** roundIn finds a round of the demo by its state, with its contest. */
async function roundIn(page: Page, state: string): Promise<{ contest: string; round: string }> {
  const contests = await call<Contests>(page, 'GET', '/contests?scope=staff');
  for (const contest of contests.items) {
    const round = contest.rounds.find((each) => each.state === state);
    if (round) return { contest: contest.id, round: round.id };
  }
  throw new Error(`the demo has no round that is ${state}`);
}

/** counted waits until the server has counted a round, which it does by itself. */
async function counted(page: Page, round: string): Promise<Statistics> {
  let found: Statistics | undefined;
  await expect
    .poll(
      async () => {
        found = await call<Statistics>(page, 'GET', `/rounds/${round}/statistics?limit=200`);
        return found.items.length;
      },
      { timeout: 45_000, intervals: [1000] },
    )
    .toBeGreaterThan(0);
  return found!;
}

test('the questions of a round are sorted, explained and opened', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page, 'organizer');
  const { contest, round } = await roundIn(page, 'official');
  const figures = await counted(page, round);
  await open(page, `/ql/cuoc-thi/${contest}/vong`);
  await page.locator(`a[href="/ql/vong/${round}/thong-ke"]`).click();
  await expect(page.locator('.counted')).toContainText(String(figures.attempts));
  await expect(page.locator('.few')).toHaveCount(figures.attempts < figures.min_answers ? 1 : 0);
  const rows = page.locator('tbody tr');
  await expect(rows).toHaveCount(Math.min(50, figures.items.length));

  await page.locator('.explain summary').click();
  await expect(page.locator('.explain')).toContainText('27%');
  await expect(page.locator('.explain dd')).toHaveCount(7);

  const shares = figures.items.map((line) => line.facility ?? NaN).sort((a, b) => a - b);
  const byEase = page.getByRole('columnheader', { name: 'Độ dễ' });
  await byEase.getByRole('button').click();
  await expect(byEase).toHaveAttribute('aria-sort', 'ascending');
  await expect(rows.first().locator('td').nth(2)).toHaveText(`${Math.round(shares[0]! * 100)}%`);
  await page.keyboard.press('Enter');
  await expect(byEase).toHaveAttribute('aria-sort', 'descending');
  await expect(rows.first().locator('td').nth(2)).toHaveText(`${Math.round(shares.at(-1)! * 100)}%`);

  const withOptions = figures.items.find((line) => line.options.length)!;
  const opener = page.locator('tbody button.link', { hasText: withOptions.stem.slice(0, 60) }).first();
  await opener.click();
  await expect(opener).toHaveAttribute('aria-expanded', 'true');
  const options = page.locator('.detail');
  await expect(options.locator('tbody tr')).toHaveCount(withOptions.options.length);
  await expect(options.locator('.tag.go')).toHaveCount(withOptions.options.filter((each) => each.correct).length);
  await expectNoAxeFindings(page, 'statistics of a round, one question open');
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page, 'statistics of a round on a phone');
  await options.getByRole('link', { name: 'Mở câu hỏi' }).click();
  await expect(page).toHaveURL(new RegExp(`/ql/cau-hoi/${withOptions.question_id}$`));
});

test('the statistics of a bank are filtered, and a question shows its rounds', async ({ page }) => {
  test.setTimeout(120_000);
  await enter(page, 'organizer');
  const { round } = await roundIn(page, 'official');
  const line = (await counted(page, round)).items.find((each) => each.options.length && !each.withheld)!;
  const { bank_id: bank } = await call<{ bank_id: string }>(page, 'GET', `/questions/${line.question_id}`);
  // Banks show what was counted half a minute later at most.
  await expect
    .poll(async () => (await call<{ items: unknown[] }>(page, 'GET', `/banks/${bank}/statistics`)).items.length, {
      timeout: 60_000,
      intervals: [1000],
    })
    .toBeGreaterThan(0);
  await open(page, `/ql/ngan-hang/${bank}`);
  await page.locator(`a[href="/ql/ngan-hang/${bank}/thong-ke"]`).click();
  await page.locator('#q').fill(line.stem.split(/\s+/).slice(0, 6).join(' '));
  const opener = page.locator('tbody button.link', { hasText: line.stem.slice(0, 60) }).first();
  await opener.click();
  await expect(page.locator('.detail').first()).toContainText('bỏ trống');
  await expectNoAxeFindings(page, 'statistics of a bank, one question open');
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page, 'statistics of a bank on a phone');
  await page.locator('#q').fill('');
  const narrowed = page.waitForResponse((response) => /statistics\?.*alarm=true/.test(response.url()));
  await page.locator('#alarm').check();
  expect((await narrowed).status()).toBe(200);
});

// The demo has too few papers for an alarm, so what the server would say is put
// in its place here; that it says so is held by the tests of the API.
test('the monitor of a running round shows a key that is probably wrong, with the evidence', async ({ page }) => {
  await enter(page, 'organizer');
  const { round } = await roundIn(page, 'open');
  await open(page, `/ql/vong/${round}/giam-sat`);
  await expect(page.locator('.noalarm')).toContainText('100');
  const { items } = await call<{ items: { id: string }[] }>(page, 'GET', '/banks');
  const questions = await call<{ items: { id: string }[] }>(page, 'GET', `/banks/${items[0]!.id}/questions?limit=1`);
  const question = questions.items[0]!.id;
  await page.route('**/api/v1/rounds/*/alarms', (route) =>
    route.fulfill({ json: { items: [wrongKey(question)], next_cursor: '', attempts: 120, min_answers: 100 } }),
  );
  await open(page, `/ql/vong/${round}/giam-sat`);
  const alarm = page.locator('.alarms');
  await expect(alarm).toContainText('34 em chọn B');
  await expect(alarm).toContainText('chỉ 3 em chọn đáp án đã đánh dấu A');
  await expect(alarm).toContainText('120 lượt trả lời');
  await expectNoAxeFindings(page, 'the monitor with an alarm');
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page, 'the monitor with an alarm on a phone');
  await alarm.locator(`a[href="/ql/cau-hoi/${question}"]`).click();
  await expect(page).toHaveURL(new RegExp(`/ql/cau-hoi/${question}$`));
});

function wrongKey(question: string) {
  const option = (id: string, correct: boolean, upper: number) => ({
    id,
    text: `Phương án ${id}`,
    correct,
    chosen: 60,
    share: 0.5,
    upper,
    lower: 32.4 - upper,
    point_biserial: correct ? -0.6 : 0.6,
  });
  return {
    round: { id: 'r', name: 'Vòng 1' },
    contest: { id: 'c', name: 'Thi' },
    question_id: question,
    version: 1,
    current: 1,
    type: 'single',
    stem: 'Câu có đáp án bị đánh dấu sai?',
    topic: '',
    difficulty: '',
    served: 120,
    answered: 120,
    right: 60,
    timed: 0,
    options: [option('A', true, 3), option('B', false, 34)],
    alarm: {
      option: 'B',
      key: 'A',
      answers: 120,
      reasons: ['upper_prefers', 'weak_choose_key'],
      upper_option: 34,
      upper_key: 3,
      upper_z: 5.1,
      option_biserial: 0.6,
      option_z: 7.4,
      key_biserial: -0.6,
      key_z: -7.4,
    },
  };
}
