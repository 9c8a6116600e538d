/* Bringing files: dropped or chosen, checked before they are sent, with a bar while they are. Without it the form works too. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const chosen = form.querySelector("[data-chosen]");
  const progress = form.querySelector("[data-upload-progress]");
  const meter = progress.querySelector("progress");
  const wrong = form.querySelector("[data-upload-error]");
  const button = form.querySelector("button[type=submit]");
  const language = document.documentElement.lang;

  const size = (bytes) => {
    const [value, unit] = bytes < 1048576 ? [bytes / 1024, "KB"] : bytes < 1073741824 ? [bytes / 1048576, "MB"] : [bytes / 1073741824, "GB"];
    return `${value.toLocaleString(language, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`;
  };
  const total = () => [...input.files].reduce((sum, file) => sum + file.size, 0);

  function refuse(words) {
    wrong.querySelector("p").textContent = words.join(" ");
    wrong.hidden = false;
    progress.hidden = true;
    wrong.focus();
    /* after this turn: a form that is sent has its button disabled then */
    setTimeout(() => {
      button.disabled = false;
      delete button.dataset.wasBusy;
      delete form.dataset.sent;
    });
  }
  function show() {
    wrong.hidden = true;
    chosen.replaceChildren(...[...input.files].map((file) => {
      const line = document.createElement("li"), name = document.createElement("div"), told = document.createElement("span");
      name.textContent = file.name;
      name.className = "c-brk";
      told.textContent = size(file.size);
      told.className = "c-fit c-dim";
      line.append(name, told);
      return line;
    }));
    if (total() > Number(form.dataset.most)) refuse([form.dataset.tooLarge]);
  }
  input.addEventListener("change", show);

  ["dragenter", "dragover"].forEach((name) => drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  }));
  ["dragleave", "drop"].forEach((name) => drop.addEventListener(name, () => drop.classList.remove("is-over")));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    const both = new DataTransfer();
    [...input.files, ...event.dataTransfer.files].forEach((file) => both.items.add(file));
    input.files = both.files;
    show();
  });

  /* to another place of this same page a browser only scrolls */
  function goTo(address) {
    const there = new URL(address, location.href);
    const same = there.pathname + there.search === location.pathname + location.search;
    location.assign(there);
    if (same && there.hash) location.reload();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!input.files.length) { refuse([form.dataset.none]); return; }
    if (total() > Number(form.dataset.most)) { refuse([form.dataset.tooLarge]); return; }
    const sent = new XMLHttpRequest(), words = form.querySelector("[data-upload-words]"), share = form.querySelector("[data-upload-share]");
    progress.hidden = false;
    wrong.hidden = true;
    sent.upload.addEventListener("progress", (at) => {
      if (!at.lengthComputable) return;
      meter.value = (100 * at.loaded) / at.total;
      share.textContent = `${Math.floor(meter.value)} %`;
      words.textContent = at.loaded < at.total ? `${size(at.loaded)} / ${size(at.total)}` : form.dataset.checking;
    });
    sent.addEventListener("load", () => {
      if (sent.status === 201) { goTo(sent.getResponseHeader("Location")); return; }
      let told = [];
      try { told = JSON.parse(sent.responseText).errors; } catch { told = [form.dataset.lost]; }
      refuse(told);
    });
    sent.addEventListener("error", () => refuse([form.dataset.lost]));
    sent.open("POST", form.action || location.href);
    sent.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    sent.send(new FormData(form));
  });
})();
