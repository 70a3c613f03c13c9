// The start, and what happens when a switch is pressed.

/**
 * Do what follows from the switches that static CSS cannot.
 * @returns {void}
 */
function changed() {
  restate();
  rescale();
  filter();
  remember();
}

const bar = $(".bar");

/**
 * Keep the contents, and what is scrolled to, clear of the bar where it sticks.
 * @returns {void}
 */
function fit() {
  const height = getComputedStyle(bar).position === "sticky" ? `${bar.offsetHeight}px` : "0px";
  root.style.scrollPaddingTop = height;
  $("nav")?.style.setProperty("--bar", height); // (on the root it would mean a new style for all)
}
addEventListener("resize", fit);
const anchor = recall();
fit();
restate();
rescale();
if (sort?.selectedIndex) reorder();
if (find.value) filter();
go(placeOf(anchor), false);

bar.addEventListener("change", (event) => {
  if (event.target === sort) reorder();
  if (event.target !== find) changed();
});
/** @type {number | undefined} */
let typed;
find.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(changed, 120);
});
addEventListener("hashchange", () => go(placeOf(recall()), false));
