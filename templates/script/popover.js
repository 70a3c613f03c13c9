// The popover of the bar closes as menus do, and the skip link works where links within are blocked.

const popover = /** @type {HTMLDetailsElement} */ ($("details.view"));

document.addEventListener("click", (event) => {
  if (!popover.contains(/** @type {Node} */ (event.target))) popover.open = false;
});
$("summary", popover).addEventListener("click", ({ detail, currentTarget }) => {
  // Closed with the pointer, it gives the keyboard back to the page.
  if (detail && popover.open) /** @type {HTMLElement} */ (currentTarget).blur();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !popover.open) return;
  popover.open = false;
  $("summary", popover).focus();
});
$(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  event.stopPropagation(); // (the place in the report stays as it is)
  const main = $("main");
  main.focus({ preventScroll: true });
  main.scrollIntoView();
});
