import { defineConfig } from '@playwright/test';

// Debian's Chromium, started as a headless root process without its background
// traffic; nothing is downloaded for these tests.
const launchOptions = {
  executablePath: process.env.MANGXANH_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export default defineConfig({
  testDir: '.',
  // README's pictures are taken when asked for: npm run pictures.
  testIgnore: process.env.MANGXANH_PICTURES ? undefined : 'pictures/**',
  // One server, two cores: tests that measure must not disturb each other.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  globalSetup: './server.ts',
  use: {
    browserName: 'chromium',
    launchOptions,
    viewport: { width: 360, height: 740 },
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    actionTimeout: 10_000,
    trace: 'off',
  },
});
