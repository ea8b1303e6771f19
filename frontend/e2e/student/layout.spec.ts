import { everyScreen } from './journey.ts';
import { changeReplies, expect, expectNoAxeFindings, expectNoSidewaysScroll, startQuiz, test } from './pupil.ts';

test.describe('on the smallest phone with text twice as large', () => {
  test.use({ viewport: { width: 320, height: 640 } });
  test('check 1: nothing scrolls sideways', async ({ page }) => {
    await page.addInitScript(() => {
      document.addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '212.5%'));
    });
    await everyScreen(page, 1, (screen) => expectNoSidewaysScroll(page, screen));
  });
});

test('check 2: what is pressed is at least 44 px, options 56 px, with room between them', async ({ page }) => {
  await everyScreen(page, 2, async (screen) => {
    const small = await page.evaluate(() => {
      const shown = (node: Element) => (node as HTMLElement).offsetParent !== null && !node.closest('.sr, .skip');
      const boxes = [...document.querySelectorAll('button, .btn, select, summary, input, .band a, .option')].filter(
        shown,
      );
      return boxes
        .map((node) => ({
          html: node.outerHTML.slice(0, 90),
          box: node.getBoundingClientRect(),
          option: node.matches('.option'),
        }))
        .filter(({ box, option }) => box.height < (option ? 56 : 44) || box.width < 44)
        .map(({ html, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`);
    });
    expect(small, screen).toEqual([]);
    const gaps = await page.evaluate(() =>
      [...document.querySelectorAll('.option + .option')].map(
        (node) => node.getBoundingClientRect().top - node.previousElementSibling!.getBoundingClientRect().bottom,
      ),
    );
    for (const gap of gaps) expect(gap, screen).toBeGreaterThanOrEqual(8);
  });
});

for (const [colorScheme, n] of [
  ['light', 3],
  ['dark', 4],
] as const) {
  test.describe(`in ${colorScheme}`, () => {
    // High enough that no target lies half under a sticky bar, which axe would call too small.
    test.use({ colorScheme, viewport: { width: 320, height: 1600 } });
    test('check 3: axe finds nothing on any screen', async ({ page }) => {
      test.setTimeout(120_000);
      await everyScreen(page, n, (screen) => expectNoAxeFindings(page, `${screen} in ${colorScheme}`));
    });
  });
}

test('check 24: long Vietnamese text is neither clipped nor broken inside words', async ({ page }) => {
  const stem =
    'Trường hợp nghiêm trọng ở Nguyễn Huệ: em được người lạ đề nghị chuyển khoản, gửi ảnh thẻ và giữ bí mật. '.repeat(
      3,
    );
  const option =
    'Bình tĩnh, không trả lời, chụp màn hình làm bằng chứng rồi kể với bố mẹ, thầy cô hoặc gọi ngay số 111 để được hướng dẫn cách xử lý phù hợp nhất nhé.';
  await changeReplies(page, /\/attempts$/, (body) => {
    const first = body.questions.findIndex((each: any) => each.options?.length);
    body.questions.unshift(...body.questions.splice(first, 1));
    body.questions[0].stem_html = `<p>${stem}</p>`;
    for (const each of body.questions[0].options) each.html = `<p>${option}</p>`;
  });
  await changeReplies(page, /\/attempts\/[^/]+$/, (body) => {
    const first = body.questions.findIndex((each: any) => each.options?.length);
    body.questions.unshift(...body.questions.splice(first, 1));
    body.questions[0].stem_html = `<p>${stem}</p>`;
    for (const each of body.questions[0].options) each.html = `<p>${option}</p>`;
  });
  await page.setViewportSize({ width: 320, height: 640 });
  await startQuiz(page, 5);
  await expect(page.locator('#stem')).toContainText('Nguyễn Huệ');
  await expectNoSidewaysScroll(page, 'long question');
  const faults = await page.evaluate(() => {
    const found: string[] = [];
    for (const node of document.querySelectorAll<HTMLElement>('#stem, .option .text')) {
      const style = getComputedStyle(node);
      if (parseFloat(style.lineHeight) / parseFloat(style.fontSize) < 1.4)
        found.push('lines too close for stacked marks');
      if (style.wordBreak === 'break-all') found.push('break-all');
      if (node.scrollHeight > node.clientHeight + 1 && style.overflow !== 'visible') found.push('clipped');
      // A word that stands on two lines has two boxes.
      const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        for (const word of text.textContent!.matchAll(/\S+/g)) {
          const range = document.createRange();
          range.setStart(text, word.index);
          range.setEnd(text, word.index + word[0].length);
          const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
          if (tops.size > 1) found.push(`broken: ${word[0]}`);
        }
      }
    }
    return found;
  });
  expect(faults).toEqual([]);
});
