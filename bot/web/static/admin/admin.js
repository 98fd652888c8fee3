// Small kindnesses; every page works without them.
document.addEventListener("htmx:afterSwap", (event) => {
  const newest = event.detail.target.querySelector("[data-newest]");
  if (newest) newest.focus();
});
document.addEventListener("htmx:responseError", (event) => {
  const box = document.querySelector("[data-trouble]");
  if (box) box.hidden = false;
  event.preventDefault();
});
document.querySelectorAll("[data-print]").forEach((one) => one.addEventListener("click", () => window.print()));
// On a phone the menu would stand before everything: there it opens when it is asked for.
const menu = document.querySelector("[data-menu]");
const narrow = window.matchMedia("(max-width: 60rem)");
const fit = () => { menu.open = !narrow.matches; };
if (menu) {
  narrow.addEventListener("change", fit);
  fit();
}
