// The server the suite talks to: the one at MANGXANH_E2E_URL, or the real
// binary, built and started here on a free port with a data folder of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export default async function setUp(): Promise<(() => Promise<void>) | void> {
  process.env.MANGXANH_DEMO_PASSWORD ??= 'demo-mat-khau-2026';
  process.env.MANGXANH_DEMO_PIN ??= '246810';
  if (process.env.MANGXANH_E2E_URL) {
    await answers(process.env.MANGXANH_E2E_URL);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'mangxanh-e2e-'));
  const binary = join(folder, 'mangxanh');
  execFileSync('go', ['build', '-o', binary, './cmd/mangxanh'], { cwd: root, stdio: 'inherit' });
  const [port, admin] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(join(folder, 'log'), 'w');
  const server = spawn(binary, ['serve', '--demo'], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      MANGXANH_ADDR: `127.0.0.1:${port}`,
      MANGXANH_ADMIN_ADDR: `127.0.0.1:${admin}`,
      MANGXANH_DATA_DIR: join(folder, 'data'),
      MANGXANH_PUBLIC_URL: url,
    },
  });
  const ended = new Promise<never>((_resolve, reject) => {
    server.once('exit', (code) =>
      reject(new Error(`the server ended with ${code}; its log is ${join(folder, 'log')}`)),
    );
  });
  ended.catch(() => {}); // its end after the tests is wanted
  process.env.MANGXANH_E2E_URL = url;
  await Promise.race([answers(url), ended]);
  return async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
}

async function answers(url: string): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    if (Date.now() > until) throw new Error(`no ready server at ${url} after a minute`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
