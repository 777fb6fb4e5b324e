// Serves the app's own files without the network and nothing else. The rule: a version is whole or absent. Each
// file is fetched against its SHA-256, one mismatch fails the install, and the old version goes on.
export {};
declare const PRECACHE: readonly (readonly [name: string, integrity: string])[];
declare const VERSION: string;
declare const self: ServiceWorkerGlobalScope;

const CACHE = `shell-${VERSION}`;
const here = new URL("./", self.location.href);

type Routed = { addRoutes?(rules: readonly object[]): Promise<void> };

/** Where the browser can, it answers from this version's cache without waking the worker first. */
async function answerAsleep(event: Routed): Promise<void> {
  const rule = (name: string) => ({
    condition: { urlPattern: { pathname: new URL(name, here).pathname, search: "" }, requestMethod: "GET" },
    source: { cacheName: CACHE },
  });
  await event.addRoutes?.(["./", ...PRECACHE.map(([name]) => name)].map(rule)).catch(() => undefined);
}

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  const requests = PRECACHE.map(([name, integrity]) => new Request(new URL(name, here), { integrity, cache: "no-cache" }));
  await cache.addAll(requests);
  const page = await cache.match(new URL("index.html", here));
  if (page) await cache.put(here, page);
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function shell(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const wanted = request.mode === "navigate" ? new URL("index.html", here).href : request.url;
  return (await cache.match(wanted)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(Promise.all([fill(), answerAsleep(event as Routed)])));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(self.skipWaiting()); // sent only when the officer has said so
});
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(here.href)) event.respondWith(shell(event.request));
});
