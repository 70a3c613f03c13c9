// Links to other pages of the report take the state along.

/**
 * Let a link lead to the same state as this page is in.
 * @param {Event} event
 * @returns {void}
 */
function takeAlong({ target }) {
  const link = target instanceof Element ? target.closest('a[href*="index.html"]:not(.outside, .png)') : null;
  const [page, anchor = ""] = link?.getAttribute("href")?.split("#") ?? [];
  const address = addressWith(anchor.split("&")[0]);
  link?.setAttribute("href", page + (address === "#" ? "" : address));
}

// (a link may be opened in another tab, or copied: then there is no click)
for (const type of ["pointerdown", "focusin", "click"]) addEventListener(type, takeAlong, { capture: true });
