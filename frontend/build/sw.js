// The worker keeps the student pages on the phone so that a reload without
// network still opens them. It holds no answers, no names and no replies of
// the server: those live in the page's own store, and everything works when
// this worker is missing.
const cacheName = 'mx-__VERSION__';
const list = ['__LIST__'];
const later = ['__LATER__'];
const student = /^\/(c|help|contests|attempts|boards)?(\/|$)/;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(list)));
});

// The screens after the quiz and the other language are kept when a quiz has
// been opened, so that the first visit stays small.
self.addEventListener('message', (event) => {
  if (event.data === 'later') event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(later)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// A page comes from the network when it answers within four seconds, so that
// a new release is seen at once; otherwise from the kept copy.
function page(request) {
  const kept = caches.match('/', { cacheName });
  const late = new Promise((resolve) => setTimeout(resolve, 4000)).then(() => kept);
  const fresh = fetch(request).catch(() => kept);
  return Promise.race([fresh, late])
    .then((answer) => answer || fresh)
    .then((answer) => answer || Response.error());
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') {
    if (student.test(url.pathname)) event.respondWith(page(request));
  } else if (list.includes(url.pathname) || later.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname, { cacheName }).then((kept) => kept || fetch(request)));
  }
});
