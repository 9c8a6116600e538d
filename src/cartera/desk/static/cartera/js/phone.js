/* On a telephone: what is typed without a line is kept here, and sent later, once, by the person who typed it.
   A contact is named by the token of its form, so that one whose answer was lost is not registered twice. */
(() => {
  "use strict";
  const box = document.querySelector("#outbox");
  if (!box || !window.indexedDB || !window.isSecureContext) return;
  const person = box.dataset.person;
  const words = box.dataset;
  const form = () => document.querySelector("#register-form");

  /* ---------- the store ---------- */
  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("cartera", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("outbox", { keyPath: "token" });
      asked.result.createObjectStore("clients", { keyPath: "id" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  async function store(name, mode, act) {
    const transaction = (await opened).transaction(name, mode);
    const asked = act(transaction.objectStore(name));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(asked && asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
  const mine = async (name) => (await store(name, "readonly", (rows) => rows.getAll())).filter((row) => row.person === person);
  const put = (name, row) => store(name, "readwrite", (rows) => rows.put(row));
  const drop = (name, key) => store(name, "readwrite", (rows) => rows.delete(key));

  /* ---------- keeping what was typed ---------- */
  const name = (from) => {
    const told = from.querySelector("[aria-labelledby=register-whom] b");
    return told ? told.textContent : (from.querySelector("#register-q") || {}).value || "";
  };
  async function keep(from) {
    const typed = new URLSearchParams(new FormData(from));
    typed.delete("csrfmiddlewaretoken");
    typed.delete("q");
    if (!typed.get("client")) { say(words.choose); return; }
    const waited = Number(typed.get("ago") || 0);
    typed.delete("ago");
    const row = { token: typed.get("token"), person, path: from.getAttribute("action"), body: String(typed), who: name(from), at: Date.now() - 1000 * waited };
    await put("outbox", row);
    from.reset();
    renew(from);
    say(words.kept);
    await show();
  }
  function renew(from) { from.elements.token.value = crypto.randomUUID(); }

  /* ---------- without a line: the form is about whom one picks, of the clients of the last plan ---------- */
  function about(id, who) {
    const card = form();
    if (!card) { location.href = `/registrar?client=${id}`; return; }
    card.elements.client.value = id;
    renew(card);
    card.querySelectorAll("[name=keeps]").forEach((tick) => tick.closest("fieldset").remove());
    const told = card.querySelector("[aria-labelledby=register-whom] b"), asked = card.querySelector("#register-q");
    if (told) told.textContent = who;
    if (asked) { asked.value = who; card.querySelector("#register-found").replaceChildren(); }
    card.scrollIntoView({ block: "start" });
    card.elements.said.focus();
  }
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  async function find(asked) {
    const wanted = plain(asked.value).split(/\s+/).filter(Boolean);
    const found = (await mine("clients")).filter((one) => wanted.every((word) => plain(one.who).includes(word))).slice(0, 8);
    const list = found.map((one) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "c-found-b";
      button.textContent = one.who;
      button.addEventListener("click", () => about(one.id, one.who));
      return button;
    });
    const said = document.createElement("p");
    said.className = "c-small c-sub";
    said.textContent = words.known;
    document.querySelector("#register-found").replaceChildren(said, ...list);
  }
  async function note() {
    for (const link of document.querySelectorAll(".c-agenda .c-item-name a")) {
      const id = (link.getAttribute("href").match(/\/clientes\/(\d+)/) || [])[1];
      if (id) await put("clients", { id, person, who: link.textContent });
    }
  }

  /* ---------- htmx found no line ---------- */
  function lost(event) {
    const from = event.detail.elt;
    const path = event.detail.requestConfig ? event.detail.requestConfig.path : "";
    if (from.id === "register-form") { event.stopImmediatePropagation(); keep(from); return; }
    if (from.id === "register-q") { event.stopImmediatePropagation(); find(from); return; }
    const client = (path.match(/^\/registrar\?(?:.*&)?client=(\d+)/) || [])[1];
    const line = client && from.closest(".c-item");
    if (line) { event.stopImmediatePropagation(); about(client, line.querySelector(".c-item-name a").textContent); }
  }
  ["htmx:sendError", "htmx:timeout"].forEach((kind) => document.addEventListener(kind, lost, true));
  document.addEventListener("htmx:afterRequest", async (event) => {
    const from = event.detail.elt;
    if (from.id === "register-form" && event.detail.successful) { await drop("outbox", from.elements.token.value); await show(); }
  });

  /* ---------- sending it ---------- */
  const ago = (row) => Math.round((Date.now() - row.at) / 1000);
  async function fresh() {
    const answer = await fetch("/registrar", { credentials: "same-origin" });
    if (answer.redirected || !answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = page.querySelector("#outbox");
    const token = page.querySelector("#register-form [name=csrfmiddlewaretoken]");
    return there && token && there.dataset.person === person ? token.value : null;
  }
  async function sendAll() {
    const rows = (await mine("outbox")).filter((row) => !row.refused).sort((a, b) => a.at - b.at);
    if (!rows.length) return "";
    const token = await fresh();
    if (!token) return words.signedOut;
    let sent = 0;
    for (const row of rows) {
      const headers = { "X-CSRFToken": token, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded" };
      const answer = await fetch(row.path, { method: "POST", body: `${row.body}&ago=${ago(row)}`, headers, credentials: "same-origin" });
      if (answer.ok && answer.headers.has("HX-Redirect")) { await drop("outbox", row.token); sent += 1; continue; }
      if (answer.redirected) return words.signedOut;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const why = [...page.querySelectorAll("[data-error-summary] a, .invalid-feedback, h1")].map((one) => one.textContent.trim());
      await put("outbox", { ...row, refused: [...new Set(why)].join(" ") || String(answer.status) });
    }
    if (sent) say(sent === 1 ? words.sentOne : words.sentMany.replace("{n}", sent));
    return "";
  }
  async function send() {
    const work = async () => {
      try { await show(await sendAll()); } catch { await show(); /* still no line: it is tried again when there is one */ }
    };
    if (navigator.locks) await navigator.locks.request("cartera-outbox", work); else await work();
  }

  /* ---------- what waits, for all to see ---------- */
  function say(text) {
    const toast = document.createElement("div");
    toast.className = "c-toast";
    toast.dataset.toast = "";
    const told = document.createElement("p");
    told.textContent = text;
    toast.append(told);
    document.querySelector("#toasts").append(toast);
  }
  async function show(why = "") {
    const rows = await mine("outbox");
    box.hidden = !rows.length;
    box.querySelector("[data-n]").textContent = rows.length === 1 ? words.one : words.many.replace("{n}", rows.length);
    box.querySelector("[data-why]").textContent = why;
    const template = box.querySelector("template");
    box.querySelector("ul").replaceChildren(...rows.map((row) => {
      const line = template.content.firstElementChild.cloneNode(true);
      line.querySelector("[data-who]").textContent = row.who;
      line.querySelector("[data-at]").textContent = new Date(row.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
      line.querySelector("[data-refused]").textContent = row.refused || "";
      line.querySelector("[data-edit]").addEventListener("click", () => edit(row));
      line.querySelector("[data-drop]").addEventListener("click", async (event) => {
        const button = event.target;
        if (!button.dataset.sure) { button.dataset.sure = "yes"; button.textContent = words.sure; return; }
        await drop("outbox", row.token);
        await show();
      });
      return line;
    }));
  }
  function edit(row) {
    const client = new URLSearchParams(row.body).get("client");
    location.href = `/registrar?client=${client}#pendiente=${row.token}`;
    if (location.pathname === "/registrar") fill();
  }
  async function fill() {
    const token = (location.hash.match(/^#pendiente=([\w-]+)$/) || [])[1], card = form();
    const row = token && card && (await mine("outbox")).find((one) => one.token === token);
    if (!row) return false;
    const typed = new URLSearchParams(row.body);
    if (card.elements.client.value !== typed.get("client")) about(typed.get("client"), row.who);
    for (const control of card.elements) {
      if (!control.name || !typed.has(control.name) || ["csrfmiddlewaretoken", "client"].includes(control.name)) continue;
      if (["radio", "checkbox"].includes(control.type)) control.checked = typed.getAll(control.name).includes(control.value);
      else control.value = typed.get(control.name);
    }
    card.elements.ago.value = ago(row);
    return true;
  }

  /* ---------- beginning ---------- */
  async function begin() {
    const filled = await fill();
    if (document.body.dataset.kept && form() && !filled) {
      renew(form());
      const id = new URLSearchParams(location.search).get("client");
      const known = id && (await mine("clients")).find((one) => one.id === id);
      if (known) about(known.id, known.who);
    }
    await show();
    await note();
    await send();
  }
  box.querySelector("[data-send]").addEventListener("click", send);
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    if (navigator.serviceWorker.controller) navigator.serviceWorker.controller.postMessage("forget");
    for (const one of await mine("clients")) await drop("clients", one.id);
  }, true);
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then((worker) => worker.active.postMessage("keep"));
  }
  begin();
})();
