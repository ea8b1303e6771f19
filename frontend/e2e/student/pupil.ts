// What a pupil does, for the specs: sign in by card, open the quiz, answer.
// Each test has a card of its own, because attempts are limited.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type BrowserContext, type Locator, type Page } from '@playwright/test';

export { expect };

export const address = () => process.env.MANGXANH_E2E_URL!;
export const card = (n: number) => `DEMO-${String(n).padStart(4, '0')}`;

/**
 * Every test fails on what the page must never do on any screen: break the
 * Content-Security-Policy or Trusted Types, throw, or speak to a foreign host.
 */
export const test = base.extend<{ watched: void }>({
  watched: [
    async ({ context }, use) => {
      const wrong: string[] = [];
      const home = new URL(address()).host;
      context.on('weberror', (error) => wrong.push(`uncaught: ${error.error().message}`));
      context.on('console', (message) => {
        const text = message.text();
        if (/Content Security Policy|TrustedHTML|TrustedScript|Trusted Type/i.test(text)) wrong.push(text);
      });
      context.on('request', (request) => {
        const { host, protocol } = new URL(request.url());
        if (/^https?:$/.test(protocol) && host !== home) wrong.push(`foreign host: ${host}`);
      });
      await use();
      expect(wrong).toEqual([]);
    },
    { auto: true },
  ],
});

export async function signIn(page: Page, n: number): Promise<void> {
  await page.goto(address());
  await typeCard(page, n);
  await expect(page.locator('article').first()).toBeVisible();
}

/** typeCard fills in the sign-in form that is shown, wherever it is. */
export async function typeCard(page: Page, n: number, within: Locator = page.locator('main')): Promise<void> {
  const form = within.locator('form');
  await form.locator('input[autocomplete=username]').fill(card(n));
  await form.locator('input[autocomplete=current-password]').fill(process.env.MANGXANH_DEMO_PIN!);
  await form.locator('button[type=submit]').click();
}

/** The mark of a round on the list that can be taken now. */
export const openQuiz = '[data-kind=quiz][data-state=open]';

/** demoContest is the demo's contest with a round to start now; other specs may have opened contests of their own. */
export const demoContest = (page: Page) =>
  page.locator('article', { has: page.locator(openQuiz), hasText: 'Tìm hiểu pháp luật và ứng xử trên mạng' }).first();

/** toContest opens it. */
export async function toContest(page: Page): Promise<void> {
  await demoContest(page).locator('a.btn').click();
  await expect(page.locator('.rules')).toBeVisible();
}

/** startQuiz signs in and begins the attempt; the first question is shown. */
export async function startQuiz(page: Page, n: number): Promise<void> {
  await signIn(page, n);
  await toContest(page);
  await page.locator('section[data-round] button.primary').first().click();
  await page.locator('dialog[open] button.primary').click();
  await expect(page.locator('#stem')).toBeVisible();
  await expect(page.locator('main h1')).toHaveText(/1\/\d+/);
}

export const saveState = (page: Page, kind: string) => page.locator(`[data-save=${kind}]`).first();
export const nextButton = (page: Page) => page.locator('nav.bottom button').nth(2);
export const mapButton = (page: Page) => page.locator('nav.bottom button').nth(1);
export const radios = (page: Page) => page.locator('.option:has(input[type=radio])');

/** toChoice goes to the next question with one right option, the current one included. */
export async function toChoice(page: Page): Promise<void> {
  for (let i = 0; i < 40; i++) {
    if (await radios(page).count()) return;
    await nextQuestion(page);
  }
  throw new Error('the paper holds no question with single choice');
}

export async function nextQuestion(page: Page): Promise<void> {
  const before = await page.locator('main h1').textContent();
  await nextButton(page).click();
  await expect(page.locator('main h1')).not.toHaveText(before!);
}

export async function pick(page: Page, option: number): Promise<void> {
  await radios(page).nth(option).click();
  await expect(radios(page).nth(option)).toHaveClass(/checked/);
}

export async function toReview(page: Page): Promise<void> {
  await mapButton(page).click();
  await page.locator('dialog[open] .actions button').click();
  await expect(page.locator('dl.counts')).toBeVisible();
}

/** handIn submits from wherever the quiz stands and waits for the receipt. */
export async function handIn(page: Page): Promise<void> {
  await toReview(page);
  await page.locator('main button.primary').click();
  await page.locator('dialog[open] .actions button.primary').click();
  await expect(page.locator('[data-result=receipt]')).toBeVisible({ timeout: 30_000 });
}

/** secondsLeft reads the clock of the quiz. */
export async function secondsLeft(page: Page): Promise<number> {
  const face = (await page.locator('[role=timer]').textContent())!.trim();
  return face.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/**
 * changeReplies alters the JSON that the server sends to matching calls: how
 * the tests play extra time, a phone that slept, or a deadline that is near.
 * Such calls pass the browser's offline mode by; cut says when there is no
 * network for them.
 */
export async function changeReplies(
  on: Page | BrowserContext,
  pattern: RegExp,
  change: (body: Record<string, any>) => void,
  cut: () => boolean = () => false,
): Promise<void> {
  await on.route(pattern, async (route) => {
    if (cut()) return route.abort('internetdisconnected');
    const response = await route.fetch().catch(() => undefined);
    if (!response) return route.abort();
    const type = response.headers()['content-type'] ?? '';
    if (!response.ok() || !type.includes('json')) return route.fulfill({ response });
    const body = await response.json();
    change(body);
    await route.fulfill({ response, json: body });
  });
}

export const attemptCalls = /\/api\/v1\/(rounds\/[^/]+\/attempts|attempts\/[^/]+(\/(answers|takeover))?)$/;

/** savedCalls collects the answers that went to the server and were taken. */
export function savedCalls(page: Page): { question_id: string; seq: number }[] {
  const taken: { question_id: string; seq: number }[] = [];
  page.on('response', async (response) => {
    if (!response.url().endsWith('/answers') || !response.ok()) return;
    const sent = response.request().postDataJSON() as { answers: { question_id: string; seq: number }[] };
    taken.push(...sent.answers);
  });
  return taken;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** expectNoAxeFindings runs axe over the page by the DevTools protocol; the page's policy forbids script tags. */
export async function expectNoAxeFindings(page: Page, screen: string): Promise<void> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: unknown, options: unknown): Promise<any> } };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const result = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return result.violations.map((each: any) => `${each.id}: ${each.nodes.map((node: any) => node.html).join(' | ')}`);
  });
  expect(found, screen).toEqual([]);
}

/** expectNoSidewaysScroll fails when anything is wider than the window. */
export async function expectNoSidewaysScroll(page: Page, screen: string): Promise<void> {
  const over = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll('body *')]
      .filter((node) => node.getBoundingClientRect().right > room + 1)
      .map((node) => node.outerHTML.slice(0, 120));
  });
  expect(over, screen).toEqual([]);
}
