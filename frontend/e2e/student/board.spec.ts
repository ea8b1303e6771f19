// The leaderboard and what explains it: divisions, pages, the states in which
// there is nothing to read yet, the reasons of a place, the screen of a hall.
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Page } from '@playwright/test';
import {
  address,
  changeReplies,
  expect,
  handIn,
  pick,
  signIn,
  startQuiz,
  test,
  toChoice,
  toContest,
  typeCard,
} from './pupil.ts';

/** official opens the contest of the demo whose result is published; true when the pupil took part. */
async function official(page: Page, n: number): Promise<string> {
  await signIn(page, n);
  const closed = page.locator('article', { hasText: 'Học sinh với an toàn trên mạng' }).first();
  await closed.locator('a.btn').click();
  await expect(page.locator('.rules')).toBeVisible();
  return (await page.locator('a[href^="/boards/"]').first().getAttribute('href'))!;
}

const ranks = (page: Page) => page.locator('.tight').last().locator('.rank').allTextContents();

// Planted defect that it catches: showing the board anew whenever it changes, which
// took the lines read on away at once.
test('a division has its own places, and reading on neither repeats nor skips a line', async ({ page }) => {
  const board = await official(page, 11);
  await page.goto(address() + board);
  await expect(page.locator('[data-board=frozen]')).toBeVisible();
  const total = () => page.locator('.facts').textContent();
  const all = await total();
  await page.locator('#division').selectOption({ index: 1 });
  await expect.poll(total).not.toBe(all);
  expect((await ranks(page))[0]).toBe('1');
  await page.locator('#division').selectOption({ index: 0 });
  await expect.poll(total).toBe(all);
  const count = Number(/(\d+) thí sinh/.exec(all!)![1]);
  expect(count).toBeGreaterThan(20);
  const more = page.locator('.tight').last().locator('button');
  await expect(async () => {
    if (await more.isVisible()) await more.click({ timeout: 1000 });
    expect((await ranks(page)).length).toBe(count);
  }).toPass();
  const places = (await ranks(page)).map(Number);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  await page.locator('.note button').click();
  await expect.poll(() => ranks(page).then((list) => list.length)).toBe(20);
});

test('the result and the board lead to the reasons of the place, which name nobody', async ({ page }) => {
  const board = await official(page, 11);
  await page.locator('a[href$="/result"]').first().click();
  await page.locator('[data-result=rank] a').click();
  await expect(page).toHaveURL(/\/boards\/[^/]+\/why$/);
  await expect(page.locator('[data-why=chain] li')).toHaveCount(4);
  await expect(page.locator('[data-why=above]')).toContainText(/hơn đứng trước|Không có ai/);
  await expect(page.locator('[data-why=below]')).toContainText(/hơn đứng trước|Không có ai/);
  await page.goto(`${address()}${board}`);
  await expect(page.locator('a[href$="/why"]')).toBeVisible();
});

test('before the result is official the reasons are promised, not refused', async ({ page }) => {
  await signIn(page, 12);
  await toContest(page);
  const board = await page.locator('a[href^="/boards/"]').first().getAttribute('href');
  await page.goto(`${address()}${board}/why`);
  await expect(page.locator('main h2')).toHaveText('Chưa có kết quả chính thức');
  await expect(page.locator('[role=alert]:visible', { hasText: /\S/ })).toHaveCount(0);
});

test('a hidden, a waiting, an older and an empty board each say so in words', async ({ page }) => {
  const board = await official(page, 11);
  const round = board.split('/')[2]!;
  let about: Record<string, unknown> = {};
  let reply: { status: number; json: unknown } | undefined;
  let change: (body: Record<string, any>) => void = () => {};
  await changeReplies(page, /\/leaderboard\/about$/, (body) => Object.assign(body, about));
  await page.route(/\/leaderboard\?/, async (route) => {
    if (reply) return route.fulfill(reply);
    const headers = { ...route.request().headers() };
    delete headers['if-none-match'];
    const response = await route.fetch({ headers });
    const json = await response.json();
    change(json);
    return route.fulfill({ response, json });
  });
  const shows = async (state: string) => {
    await page.goto(`${address()}/boards/${round}`);
    await expect(page.locator(`[data-board=${state}]`)).toBeVisible();
    await expect(page.locator('[role=alert]:visible', { hasText: /\S/ })).toHaveCount(0);
  };
  about = { shown: false, leaderboard: 'off' };
  await shows('off');
  about = { shown: false, leaderboard: 'after_close', shown_at: '2030-01-01T00:00:00Z' };
  await shows('later');
  await expect(page.locator('[data-board=later]')).toContainText('07:00 01/01/2030');
  about = {};
  reply = { status: 503, json: { status: 503, code: 'board_rebuilding', title: 'x', detail: 'x' } };
  await shows('waiting');
  reply = undefined; // the page asks again by itself
  await expect(page.locator('table').first()).toBeVisible({ timeout: 15_000 });
  change = (body) => (body.stale = true);
  await shows('older');
  change = (body) => Object.assign(body, { items: [], total: 0, next_cursor: '' });
  await shows('empty');
});

/** Wire is a line to the server that can be cut and mended while a stream runs on it. */
class Wire {
  private server: Server | undefined;
  private readonly open = new Set<Socket>();
  private port = 0;

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async mend(): Promise<void> {
    const to = new URL(address());
    this.server = createServer((near) => {
      const far = connect(Number(to.port), to.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.open.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.open.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    await new Promise<void>((ready) => this.server!.listen(this.port, '127.0.0.1', ready));
    this.port = (this.server.address() as { port: number }).port;
  }

  async cut(): Promise<void> {
    const gone = new Promise((ready) => this.server!.close(ready));
    for (const socket of this.open) socket.destroy();
    await gone;
  }
}

// Planted defect that it catches: `cut` never set, so that a board of an hour
// ago stands on the wall as if it were new.
test('the big screen follows the stream, says when the line is cut, and joins again', async ({ browser }) => {
  test.setTimeout(90_000);
  const wire = new Wire();
  await wire.mend();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    reducedMotion: 'reduce',
    locale: 'vi-VN',
  });
  const page = await context.newPage();
  await page.goto(wire.address);
  await typeCard(page, 13);
  await expect(page.locator('article').first()).toBeVisible();
  await toContest(page);
  const board = (await page.locator('a[href^="/boards/"]').first().getAttribute('href'))!;
  await page.goto(`${wire.address}${board}/screen`);
  const people = () =>
    page
      .locator('.stand .num')
      .textContent()
      .then((text) => Number(/\d+/.exec(text!)![0]));
  await expect(page.locator('.stand .num')).toBeVisible();
  const before = await people();

  const pupil = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'vi-VN' });
  const phone = await pupil.newPage();
  await startQuiz(phone, 14);
  await toChoice(phone);
  await pick(phone, 0);
  await handIn(phone);
  await pupil.close();
  await expect.poll(people, { timeout: 15_000 }).toBe(before + 1);

  const overflow = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  expect(overflow).toBeLessThanOrEqual(0);
  const small = await page
    .locator('.screen li')
    .evaluateAll((rows) =>
      rows.filter((row) => parseFloat(getComputedStyle(row).fontSize) < 20).map((row) => row.textContent),
    );
  expect(small).toEqual([]);
  const moving = await page.evaluate(() => document.getAnimations().length);
  expect(moving).toBe(0);

  await wire.cut();
  await expect(page.locator('[data-screen=cut]')).toBeVisible({ timeout: 15_000 });
  await wire.mend();
  await expect(page.locator('[data-screen=cut]')).toHaveCount(0, { timeout: 20_000 });
  expect(await people()).toBe(before + 1);
  await context.close();
  await wire.cut();
});
