import type { Page } from '@playwright/test';
import { call, enter, expect, expectNoAxeFindings, expectNoSidewaysScroll, open, test, upload, yes } from './desk.ts';

interface List<T> {
  items: T[];
}

/** everyDesk visits every screen of the staff pages with what the demo holds. */
async function everyDesk(page: Page, check: (screen: string) => Promise<void>): Promise<void> {
  const contests = await call<List<{ id: string; rounds: { id: string; state: string }[] }>>(
    page,
    'GET',
    '/contests?scope=staff',
  );
  const banks = await call<List<{ id: string }>>(page, 'GET', '/banks');
  const questions = await call<List<{ id: string }>>(page, 'GET', `/banks/${banks.items[0]!.id}/questions?limit=1`);
  const schools = await call<List<{ id: string }>>(page, 'GET', '/units?kind=school');
  const ward = await call<List<{ id: string }>>(page, 'GET', '/units');
  const group = await call<{ id: string }>(page, 'POST', '/unit-groups', {
    unit_id: ward.items[0]!.id,
    name: 'Các trường trung học cơ sở và liên cấp của quận Hoàng Mai trước khi sắp xếp đơn vị hành chính',
    members: schools.items.map((each) => each.id),
  });
  const rounds = contests.items.flatMap((each) => each.rounds);
  const official = rounds.find((round) => round.state === 'official')!;
  const opened = rounds.find((round) => round.state === 'open')!;
  const contest = contests.items[0]!.id;
  const paths = [
    '/ql',
    '/ql/cuoc-thi',
    '/ql/cuoc-thi/moi',
    ...['', '/the-le', '/bang', '/vong'].map((tab) => `/ql/cuoc-thi/${contest}${tab}`),
    `/ql/vong/${opened.id}/giam-sat`,
    `/ql/vong/${official.id}/ket-qua`,
    `/ql/vong/${official.id}/thong-ke`,
    '/ql/ngan-hang',
    `/ql/ngan-hang/${banks.items[0]!.id}`,
    `/ql/ngan-hang/${banks.items[0]!.id}/moi`,
    `/ql/ngan-hang/${banks.items[0]!.id}/thong-ke`,
    `/ql/cau-hoi/${questions.items[0]!.id}`,
    `/ql/cau-hoi/${questions.items[0]!.id}/xem`,
    '/ql/nhap',
    `/ql/hoc-sinh?unit=${schools.items[0]!.id}`,
    `/ql/the?unit=${schools.items[0]!.id}`,
    '/ql/don-vi',
    `/ql/don-vi/${schools.items[0]!.id}`,
    '/ql/nhom-truong',
    `/ql/nhom-truong/${group.id}`,
    '/ql/tai-khoan',
    '/ql/tro-giup',
    '/ql/nhat-ky',
    '/ql/khong-co-trang-nay',
  ];
  for (const path of paths) {
    await open(page, path);
    await page.waitForLoadState('networkidle', { timeout: 2000 }).catch(() => undefined); // a stream never idles
    await expect(page.locator('main .note.bad')).toHaveCount(0);
    await check(path);
  }
  await open(page, `/ql/nhap?kind=questions&bank=${banks.items[0]!.id}`);
  await upload(page, 'x.csv', 'type,stem,option_a,option_b,key\nsingle,Câu thử màn hình?,một,một,A\n');
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await check('preview');
  await page.getByRole('button', { name: /Bỏ lần nhập này|Drop this import/ }).click();
  await check('confirmation');
  await yes(page);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 1280, height: 1600 } });
    test('axe finds nothing on any staff screen', async ({ page }) => {
      test.setTimeout(180_000);
      await enter(page, 'admin');
      await everyDesk(page, (screen) => expectNoAxeFindings(page, `${screen} in ${colorScheme}`));
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });
  test('no staff screen scrolls sideways, and the menu opens', async ({ page }) => {
    test.setTimeout(180_000);
    await enter(page, 'admin');
    await everyDesk(page, (screen) => expectNoSidewaysScroll(page, screen));
    await open(page, '/ql');
    await page.locator('.toggle').click();
    await page.locator('#nav a[href="/ql/ngan-hang"]').click();
    await expect(page).toHaveURL(/ngan-hang$/);
    await expect(page.locator('#nav')).toBeHidden();
  });
});

test('check 22: in English no screen misses a text, and the page says which language it is', async ({ page }) => {
  test.setTimeout(180_000);
  await enter(page, 'admin');
  await page.locator('.band .tool[lang=en]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await everyDesk(page, async (screen) => {
    const keys = await page.evaluate(() =>
      [...document.body.innerText.matchAll(/\b[a-z]+(\.[a-z_]+)+\b/g)]
        .map((found) => found[0])
        .filter((key) =>
          /^(imp|rule|round|contest|bank|question|result|monitor|unit|pupil|card|account|help|shell|nav|group|audit|act|why|reason|role|err|fault|list|do|blueprint|division|overview|law|share|find|stat)\./.test(
            key,
          ),
        ),
    );
    expect(keys, screen).toEqual([]);
  });
});

test('a wrong password says so, and a pupil finds no staff pages', async ({ page }) => {
  await page.goto(`${process.env.MANGXANH_E2E_URL}/ql`);
  await page.locator('#login').fill('admin');
  await page.locator('#password').fill('not the password');
  await page.locator('main button[type=submit]').click();
  await expect(page.locator('main [role=alert]')).toContainText('chưa đúng');
  await expect(page.locator('#nav')).toHaveCount(0);
});

test('each role sees its own parts of the menu', async ({ page }) => {
  await enter(page, 'teacher');
  await expect(page.locator('#nav a[href="/ql/the"]')).toBeVisible();
  await expect(page.locator('#nav a[href="/ql/tai-khoan"]')).toHaveCount(0);
  await open(page, '/ql/tai-khoan');
  await expect(page.locator('main h1')).toContainText('chưa được mở');
});
