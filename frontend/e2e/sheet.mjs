import { chromium } from '@playwright/test';
import { readFileSync } from 'node:fs';
const [out, width, ...files] = process.argv.slice(2);
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const p = await b.newPage({ viewport: { width: 1640, height: 800 } });
await p.setContent(`<body style="margin:0;display:flex;flex-wrap:wrap;gap:8px;background:#888;align-items:flex-start">` + files.map((f) => `<div><div style="font:12px sans-serif">${f.split('/').pop()}</div><img style="width:${width}px;display:block" src="data:image/png;base64,${readFileSync(f).toString('base64')}"></div>`).join(''));
await p.waitForTimeout(300);
await p.screenshot({ path: out, fullPage: true });
await b.close();
