/* What a telephone keeps for when there is no line: the static files, the last Mi día and the empty form of a contact.
   Served at /sw.js behind two lines that name `VERSION` and `SHELL`. Pages of a person are forgotten at the gate. */
"use strict";
const FILES = `cartera-files-${VERSION}`;
const PAGES = "cartera-pages";
const KEPT = ["/mi-dia", "/registrar"];
const GATE = "/ingreso";
const NO_LINE = "/sin-linea";
const PATIENCE = 6000;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((files) => files.addAll([...SHELL, NO_LINE])).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("cartera-files-") && name !== FILES).map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(old());
});

addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(Promise.all(KEPT.map(keep)));
  if (event.data === "forget") event.waitUntil(caches.delete(PAGES));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function file(request) {
  return (await caches.match(request)) || fetch(request);
}

async function keep(path) {
  const answer = await fetch(path, { headers: { "X-Kept": "yes" } });
  if (answer.ok && !answer.redirected) await (await caches.open(PAGES)).put(path, answer);
}

/* The page itself; the one that was kept when there is no line, or one so poor that it takes longer than PATIENCE. */
async function page(request, url) {
  const kept = KEPT.includes(url.pathname) ? await caches.match(url.pathname, { cacheName: PAGES }) : undefined;
  try {
    const answer = await soon(fetch(request), kept);
    if (url.pathname === GATE) await caches.delete(PAGES);
    if (KEPT.includes(url.pathname) && !url.search && answer.ok && !answer.redirected) {
      await (await caches.open(PAGES)).put(url.pathname, answer.clone());
    }
    return answer;
  } catch {
    return kept ? marked(kept) : caches.match(NO_LINE);
  }
}

function soon(answer, kept) {
  if (!kept) return answer;
  const late = new Promise((_, reject) => { setTimeout(() => reject(new Error("late")), PATIENCE); });
  return Promise.race([answer, late]);
}

/* A kept page says so: its form's token was used already, so the page takes another. */
async function marked(kept) {
  const text = await kept.text();
  return new Response(text.replace("<body ", '<body data-kept="yes" '), { headers: kept.headers });
}
