/* What pages do beyond links and forms. Everything works without it except the search palette and the shortcuts.
   No inline handlers, no eval: `script-src 'self'; style-src 'self'`. Markup asks for behaviour by `data-` attributes. */
(() => {
  "use strict";
  const root = document.documentElement;
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const YEAR = 31536000;
  const TOAST_LIFE = 8000;
  const SLOW = 200;

  const remember = (name, value) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `cartera_${name}=${value}; Path=/; Max-Age=${value ? YEAR : 0}; SameSite=Lax${secure}`;
  };
  const remembered = (name) => (document.cookie.match(new RegExp(`(?:^|; )cartera_${name}=(\\w+)`)) || [])[1] || "";

  /* ---------- theme: a cookie, so that the server draws it at once ---------- */
  const device = matchMedia("(prefers-color-scheme: dark)");
  function setTheme(choice) {
    remember("theme", choice);
    root.dataset.bsTheme = choice || (device.matches ? "dark" : "light");
    all("[data-theme-set]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.themeSet === choice)));
  }
  device.addEventListener("change", () => { if (!remembered("theme")) setTheme(""); });

  /* ---------- popovers: beside the figure that they explain ---------- */
  let opener = null;
  function place(popover) {
    if (!opener) return;
    const at = opener.getBoundingClientRect(), wide = popover.offsetWidth, tall = popover.offsetHeight;
    const below = at.bottom + 8 + tall < innerHeight;
    popover.style.left = `${Math.max(12, Math.min(at.left, innerWidth - wide - 12))}px`;
    popover.style.top = `${below ? at.bottom + 8 : Math.max(12, at.top - tall - 8)}px`;
  }
  document.addEventListener("toggle", (event) => {
    const popover = event.target;
    if (!(popover instanceof HTMLElement) || !popover.matches(".c-pop") || event.newState !== "open") return;
    place(popover);
    const grown = new ResizeObserver(() => (popover.matches(":popover-open") ? place(popover) : grown.disconnect()));
    grown.observe(popover);
  }, true);
  addEventListener("scroll", () => all(".c-pop:popover-open").forEach(place), { passive: true, capture: true });

  /* ---------- progress of what takes longer than a blink ---------- */
  const bar = find("#progress");
  let underway = 0, slow = 0;
  function begin() {
    underway += 1;
    if (bar && underway === 1) slow = setTimeout(() => bar.classList.add("is-on"), SLOW);
  }
  function end() {
    underway = Math.max(0, underway - 1);
    if (underway) return;
    clearTimeout(slow);
    if (bar) bar.classList.remove("is-on");
  }

  /* ---------- a form is sent once ---------- */
  const release = (form) => {
    delete form.dataset.sent;
    all("[data-was-busy]", form).forEach((button) => { button.disabled = false; delete button.dataset.wasBusy; });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") { begin(); return; }
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = "yes";
    if (!form.matches("[hx-post],[hx-put],[hx-delete]")) begin();
    /* after this turn, or the button's own name and value would not be sent */
    setTimeout(() => all("button[type=submit],button:not([type])", form).filter((b) => !b.disabled).forEach((button) => {
      button.disabled = true;
      button.dataset.wasBusy = "yes";
    }));
  }, true);
  addEventListener("pageshow", () => { underway = 1; end(); all("form[data-sent]").forEach(release); });

  /* ---------- toasts: eight seconds, and no longer counting while somebody reads ---------- */
  function live(toast) {
    let timer = 0;
    const stop = () => clearTimeout(timer);
    const start = () => { stop(); timer = setTimeout(() => toast.remove(), TOAST_LIFE); };
    toast.dataset.live = "yes";
    ["pointerenter", "focusin"].forEach((name) => toast.addEventListener(name, stop));
    ["pointerleave", "focusout"].forEach((name) => toast.addEventListener(name, start));
    start();
  }
  const toasts = find("#toasts");
  if (toasts) {
    const fresh = () => all("[data-toast]:not([data-live])", toasts).forEach(live);
    new MutationObserver(fresh).observe(toasts, { childList: true });
    /* put in again, so that a screen reader hears what was there when the page came */
    toasts.append(...toasts.children);
    fresh();
  }

  /* ---------- errors of a form take the focus ---------- */
  const heed = (from) => { const summary = find("[data-error-summary]", from); if (summary) summary.focus(); };

  /* ---------- search palette ---------- */
  const palette = find("#palette");
  const choices = () => all("#palette-found a");
  function search() {
    const own = find("[data-find-q]");
    if (own) { own.focus(); own.select(); return; }
    if (palette && !palette.open) { palette.showModal(); find("[data-palette-q]", palette).select(); }
  }
  if (palette) {
    palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
    palette.addEventListener("keydown", (event) => {
      /* a search box would only empty itself at the first Escape */
      if (event.key === "Escape") { event.preventDefault(); palette.close(); return; }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const list = choices(), box = find("[data-palette-q]", palette);
      if (!list.length) return;
      event.preventDefault();
      const next = list.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? box : list[Math.min(next, list.length - 1)]).focus();
    });
    find("form", palette).addEventListener("submit", (event) => {
      const first = choices()[0];
      if (first) { event.preventDefault(); first.click(); }
    });
  }

  /* ---------- keyboard ---------- */
  const walked = () => all("[data-walk], .c-item-name a").filter((link) => link.offsetParent);
  function walk(step) {
    const list = walked(), at = list.indexOf(document.activeElement);
    if (list.length) list[Math.max(0, Math.min(list.length - 1, at + step))].focus();
  }
  function register() {
    const form = find("#register");
    const box = form && (find("[type=search]", form) || find("textarea", form));
    if (box) box.focus();
    else { const link = find("[data-register]"); if (link) link.click(); }
  }
  const KEYS = { r: register, j: () => walk(1), k: () => walk(-1) };
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "k") { event.preventDefault(); search(); return; }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest("form");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,textarea,select,dialog");
    if (busy || remembered("keys") === "off" || !KEYS[key]) return;
    event.preventDefault();
    KEYS[key]();
  });

  /* ---------- clicks that `data-` attributes ask for ---------- */
  document.addEventListener("click", (event) => {
    opener = event.target.closest("[popovertarget]") || opener;
  }, true);
  const CLICKS = {
    "[data-theme-toggle]": () => setTheme(root.dataset.bsTheme === "dark" ? "light" : "dark"),
    "[data-theme-set]": (button) => setTheme(button.dataset.themeSet),
    "[data-search]": search,
    "[data-palette-close]": () => palette.close(),
    "[data-toast-close]": (button) => button.closest("[data-toast]").remove(),
    "[data-print]": () => print(),
    "[data-pop-close]": (link) => link.closest("[popover]").hidePopover(),
    /* the link opens the telephone or the mail; beside that, the contact is under way and its form is made ready */
    "[data-start]": (link) => {
      const said = find("#register textarea");
      const swap = said && !said.value ? "outerHTML" : "none"; /* nothing typed is lost */
      window.htmx.ajax("POST", link.dataset.start, { source: link, target: "#register", swap });
    },
    "[data-dismiss]": (button) => button.closest(button.dataset.dismiss).remove(),
    "[data-reveal]": reveal,
  };
  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(CLICKS)) {
      const found = event.target.closest(selector);
      if (found) act(found);
    }
  });
  document.addEventListener("change", (event) => {
    const channel = event.target.matches("[name=channel]") && event.target.form.elements.minutes;
    const usual = channel && (channel.dataset.usual || "").match(new RegExp(`${event.target.value}:(\\d+)`));
    if (usual) channel.placeholder = usual[1];
    if (event.target.matches("[data-keys-toggle]")) remember("keys", event.target.checked ? "" : "off");
  });
  function reveal(button) {
    const box = button.parentElement.querySelector("input");
    const shown = box.type === "password";
    box.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  }
  all("[data-reveal]").forEach((button) => { button.hidden = false; });

  /* ---------- many rows at once ---------- */
  function count(bulk) {
    const list = find(bulk.dataset.bulk), boxes = all("[data-pick]", list), every = find("[data-pick-all]", list);
    const picked = boxes.filter((box) => box.checked).length;
    bulk.hidden = !picked;
    find("[data-bulk-n]", bulk).textContent = picked;
    if (every) { every.checked = picked === boxes.length; every.indeterminate = picked > 0 && !every.checked; }
  }
  all("[data-bulk]").forEach((bulk) => {
    const list = find(bulk.dataset.bulk);
    list.addEventListener("change", (event) => {
      if (event.target.matches("[data-pick-all]")) {
        all("[data-pick]", list).forEach((box) => { box.checked = event.target.checked; });
      }
      count(bulk);
    });
    count(bulk);
  });

  /* ---------- htmx ---------- */
  document.addEventListener("htmx:beforeRequest", begin);
  document.addEventListener("htmx:afterRequest", (event) => {
    end();
    const form = event.detail.elt.closest("form");
    if (form) release(form);
  });
  document.addEventListener("htmx:load", (event) => heed(event.detail.elt.parentElement || document));
  function failed(event) {
    const { requestConfig, target } = event.detail;
    const template = find("#request-failed"), main = find("main");
    if (!template || !main) return;
    all("[data-request-failed]").forEach((old) => old.remove());
    const note = template.content.firstElementChild.cloneNode(true);
    note.dataset.requestFailed = "yes";
    find("[data-retry]", note).addEventListener("click", () => {
      note.remove();
      window.htmx.ajax(requestConfig.verb, requestConfig.path, { source: requestConfig.elt, target });
    });
    (palette && palette.open ? find("#palette-found") : main).prepend(note);
    note.focus();
  }
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);

  heed(document);
})();
