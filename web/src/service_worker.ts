/** Keeps the page's files, so that it runs without a network after the first visit. */

declare const FILES: readonly string[]; // put in by the build
declare const VERSION: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const CACHE = `digit-duel ${VERSION}`;
const base = new URL('./', worker.location.href);

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((name) => new URL(name, base).href)))
    .then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  const isOld = (name: string): boolean => name.startsWith('digit-duel ') && name !== CACHE;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))))
    .then(() => worker.clients.claim()));
});

/** A kept file; what is not (networks before they are asked for) is fetched and kept. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request, { ignoreSearch: true });
  if (known) return known;
  const fetched = await fetch(request);
  if (fetched.ok) void cache.put(request, fetched.clone());
  return fetched;
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(base.href)) event.respondWith(answer(request));
});
