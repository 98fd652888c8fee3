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
