/* Runs before the first paint: the person's theme, or else the device's. */
(() => {
  "use strict";
  const chosen = document.cookie.match(/(?:^|; )cartera_theme=(light|dark)(?:;|$)/);
  const device = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.bsTheme = chosen ? chosen[1] : device;
})();
