// A switch that was pressed with the pointer gives the keyboard back to the page, so that the keys
// move in the report: in a group of radio buttons, arrows would choose the next one.

let isPointed = false;
addEventListener("pointerdown", () => (isPointed = true), { capture: true });
addEventListener("keydown", () => (isPointed = false), { capture: true });

/**
 * Give the keyboard back to the page.
 * @param {Event} event
 * @returns {void}
 */
function giveBack({ target }) {
  const isSwitch = target instanceof Element && target.matches("input[type=radio], input[type=checkbox], select");
  if (isPointed && isSwitch) /** @type {HTMLElement} */ (target).blur();
}
document.addEventListener("change", giveBack);
// A radio button that was chosen already does not change.
document.addEventListener("click", (event) => {
  if (!(event.target instanceof HTMLSelectElement)) giveBack(event);
});
