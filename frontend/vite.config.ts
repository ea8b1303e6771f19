import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { finish, type Interface } from './build/finish.ts';

// The student and the staff interface are built one after the other
// (`--mode student`, then `--mode staff`) and not as two inputs of one build:
// a shared chunk would carry staff code to phones and cost them a request.
// Development serves both from one server.
export default defineConfig(({ mode }) => {
  const built = mode === 'student' || mode === 'staff' ? (mode as Interface) : undefined;
  return {
    plugins: [svelte(), ...(built ? [finish(built)] : [])],
    publicDir: mode === 'staff' ? false : 'public',
    server: {
      proxy: { '/api': process.env.MANGXANH_DEV_API ?? 'http://127.0.0.1:8080' },
    },
    build: {
      target: ['chrome87', 'safari14'],
      cssTarget: ['chrome87', 'safari14'],
      emptyOutDir: false,
      manifest: false,
      assetsInlineLimit: 0,
      // One sheet, put into the page: a later chunk must not fetch a style of its own.
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        input: mode === 'staff' ? 'ql/index.html' : 'index.html',
        output: {
          entryFileNames: `assets/${mode}-[hash].js`,
          chunkFileNames: `assets/${mode}-[name]-[hash].js`,
          assetFileNames: `assets/${mode}-[name]-[hash][extname]`,
        },
      },
    },
    // Vitest would otherwise pick Svelte's server build.
    resolve: process.env.VITEST ? { conditions: ['browser'] } : undefined,
    test: {
      environment: 'happy-dom',
      include: ['src/**/*.test.ts'],
      setupFiles: ['src/setup.test-env.ts'],
    },
  };
});
