// Finishes one built interface: puts the CSS into the page, writes the hashes
// the server's Content-Security-Policy needs, fills in the worker's list,
// refuses forbidden imports, lays compressed copies beside every text file and
// holds the byte budget. Node built-ins only.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

export type Interface = 'student' | 'staff';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const pages: Record<Interface, string> = { student: 'index.html', staff: 'ql/index.html' };

/** Features of each interface; a student bundle holding a staff one is an error, and the reverse. */
const features: Record<Interface, string[]> = {
  student: ['auth', 'home', 'play', 'review', 'result', 'board', 'help'],
  staff: [
    'bank',
    'import',
    'contest',
    'monitor',
    'judging',
    'publish',
    'cards',
    'certificates',
    'reports',
    'people',
    'staff',
    'signin',
    'overview',
    'units',
    'helplines',
  ],
};

interface Csp {
  style: Record<string, string[]>;
}

/** finish is the last plugin of a production build of one interface. */
export function finish(which: Interface): Plugin {
  let failed = false;
  return {
    name: 'mangxanh-finish',
    apply: 'build',
    enforce: 'post',
    buildStart() {
      if (which === 'student') clean();
      else rmSync(join(dist, 'ql'), { recursive: true, force: true });
    },
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((item) => (item.type === 'chunk' ? item.moduleIds : []));
      refuseForeignFeatures(which, modules);
    },
    buildEnd(error) {
      failed = Boolean(error);
    },
    closeBundle() {
      if (failed) return;
      inlineStyles(which);
      if (which === 'student') writeWorker();
      compress(which);
      holdBudget(which);
    },
  };
}

/** clean empties dist but keeps the placeholder that lets Go compile without a build. */
function clean(): void {
  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(dist)) {
    if (name !== 'placeholder.txt') rmSync(join(dist, name), { recursive: true, force: true });
  }
}

function refuseForeignFeatures(which: Interface, modules: string[]): void {
  const foreign = features[which === 'student' ? 'staff' : 'student'];
  for (const id of modules) {
    const feature = /\/src\/features\/([^/]+)\//.exec(id.split(sep).join('/'))?.[1];
    if (feature && foreign.includes(feature)) {
      throw new Error(`the ${which} interface imports the feature "${feature}" of the other one: ${id}`);
    }
  }
}

function inlineStyles(which: Interface): void {
  const file = join(dist, pages[which]);
  let html = readFileSync(file, 'utf8');
  const hashes: string[] = [];
  html = html.replace(/\s*<link rel="stylesheet"[^>]*href="\/([^"]+\.css)"[^>]*>/g, (_all, href: string) => {
    const css = readFileSync(join(dist, href), 'utf8').trim();
    rmSync(join(dist, href));
    hashes.push(hash(css));
    return `<style>${css}</style>`;
  });
  // The markup of the page is static text; indentation in it is only bytes.
  html = html.replace(/>\s+</g, '><').replace(/<!--[^[].*?-->/gs, '');
  writeFileSync(file, html);
  writeHashes(which, hashes);
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** writeHashes records the page's inline style hashes, so that page and header cannot disagree. */
function writeHashes(which: Interface, hashes: string[]): void {
  const file = join(dist, 'csp.json');
  const csp: Csp = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Csp) : { style: {} };
  csp.style[pages[which]] = hashes;
  writeFileSync(file, `${JSON.stringify(csp, null, 2)}\n`);
}

/** writeWorker lists the student entry and its later chunks in the worker; its version is a hash of both lists. */
function writeWorker(): void {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const assets = assetsOf('student').map((name) => `/assets/${name}`);
  const list = ['/', ...assets.filter((path) => html.includes(path))];
  const later = assets.filter((path) => !html.includes(path));
  const version = createHash('sha256').update(html).update(assets.join()).digest('hex').slice(0, 12);
  const source = readFileSync(join(root, 'build/sw.js'), 'utf8')
    .replace('__VERSION__', version)
    .replace("['__LIST__']", JSON.stringify(list))
    .replace("['__LATER__']", JSON.stringify(later))
    .replace(/^\s*\/\/.*\n/gm, '');
  writeFileSync(join(dist, 'sw.js'), source);
}

function assetsOf(which: Interface): string[] {
  const folder = join(dist, 'assets');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.startsWith(`${which}-`) && /\.(js|css|woff2)$/.test(name));
}

function compress(which: Interface): void {
  for (const file of filesBelow(dist)) {
    const path = relative(dist, file).split(sep).join('/');
    const mine = which === 'staff' ? path.startsWith('ql/') || path.startsWith('assets/staff-') : true;
    if (!mine || !/\.(html|js|css|svg|json|webmanifest)$/.test(path) || path === 'csp.json') continue;
    const bytes = readFileSync(file);
    writeFileSync(`${file}.br`, brotli(bytes));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

function brotli(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** holdBudget prints what the interface weighs and fails the build where it weighs too much. */
function holdBudget(which: Interface): void {
  const size = (path: string) => statSync(join(dist, path)).size;
  const html = readFileSync(join(dist, pages[which]), 'utf8');
  const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1] as string);
  const firstJs = first.reduce((sum, path) => sum + size(`${path}.gz`), 0);
  const later = assetsOf(which)
    .map((name) => `assets/${name}`)
    .filter((path) => !first.includes(path) && path.endsWith('.js'));
  const biggest = Math.max(0, ...later.map((path) => size(`${path}.gz`)));
  const limits = JSON.parse(readFileSync(join(root, 'build/budget.json'), 'utf8')) as Record<
    Interface,
    Record<string, number>
  >;
  const figures: Record<string, number> = { chunk_gz: biggest };
  if (which === 'student') {
    // The worker takes the scripts from the browser's cache and the page is answered 304.
    figures.html_br = size('index.html.br');
    figures.first_js_gz = firstJs;
    figures.first_visit = size('index.html.br') + firstJs + size('sw.js.br') + size('manifest.webmanifest.br');
    // Page, scripts, manifest, worker, the worker's check of the page.
    figures.first_requests = 1 + first.length + 1 + 1 + 1;
  } else {
    figures.first_gz = firstJs + size(`${pages.staff}.gz`);
  }
  for (const [name, got] of Object.entries(figures)) {
    const limit = limits[which][name] ?? Infinity;
    console.log(`budget ${which}.${name}: ${got} of ${limit}`);
    if (got > limit) throw new Error(`${which}.${name} is ${got}, the budget allows ${limit}`);
  }
}
