// What a member of staff does at a desk, for the specs.
import { expect, test as base, address } from '../student/pupil.ts';
import type { Browser, Page } from '@playwright/test';

export { address, expect };
export { expectNoAxeFindings, expectNoSidewaysScroll } from '../student/pupil.ts';
export const test = base.extend({ viewport: { width: 1280, height: 800 } });

export type Login = 'admin' | 'organizer' | 'teacher' | 'school' | 'judge';

export async function enter(page: Page, login: Login): Promise<void> {
  await page.goto(`${address()}/ql`);
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(process.env.MANGXANH_DEMO_PASSWORD!);
  await page.locator('main button[type=submit]').click();
  await expect(page.locator('#nav')).toBeAttached();
}

/** colleague is a second person at another computer. */
export async function colleague(browser: Browser, login: Login): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'vi-VN' });
  const page = await context.newPage();
  await enter(page, login);
  return page;
}

/** open shows a screen by its address. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(address() + path);
  await expect(page.locator('main h1').first()).toBeVisible();
}

/** choose types into a combobox and takes the choice that holds the words. */
export async function choose(page: Page, field: string, words: string): Promise<void> {
  await page.locator(field).fill(words);
  await page.locator(`${field}-list [role=option]`, { hasText: words }).first().click();
}

/** yes presses the button of the open dialog that does the thing. */
export async function yes(page: Page): Promise<void> {
  await page.locator('dialog[open] .actions button.primary, dialog[open] .actions button.danger').last().click();
}

/** upload chooses a file of the given text on the import screen and reads it. */
export async function upload(page: Page, name: string, text: string): Promise<void> {
  await page.locator('#file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.locator('form button.primary').click();
  await expect(page).toHaveURL(/\/ql\/nhap\/[^/]+$/);
}

/** count reads the number on one of the tiles of a preview. */
export const count = (page: Page, label: string) => page.locator('.tiles .stat', { hasText: label }).locator('strong');

/** call asks the API with the session of the page, for what a spec only prepares. */
export function call<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  return page.evaluate(
    async ([method, path, body]) => {
      const session = await (await fetch('/api/v1/auth/refresh', { method: 'POST' })).json();
      const response = await fetch(`/api/v1${path}`, {
        method: method as string,
        headers: { Authorization: `Bearer ${session.access_token}`, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? undefined : response.json();
    },
    [method, path, body] as const,
  ) as Promise<T>;
}
