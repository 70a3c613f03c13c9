// The filter: what does not match is hidden.

/** @type {HTMLInputElement} */
const find = $("#find");
kept.set("find", { read: () => find.value, write: (text) => (find.value = text) });

/** Tell whether a row has what is looked for: in its names, or in a token that is active. */
function matches(row, wanted) {
  if (row.getAttribute("aria-label").toLowerCase().includes(wanted)) return true;
  const tokens = $(".tokens", row);
  const { values, group } = feature(tokens.dataset.probe, tokens.dataset.n);
  if (group.toLowerCase().includes(wanted)) return true;
  let hit = false;
  units(tokens).forEach((span, position) => {
    const found = shows(values[position]) && plain(span).includes(wanted);
    if (found) span.classList.add("hit");
    hit ||= found;
  });
  return hit;
}

/** Tell the same of a row of a matrix. */
function matchesCells(row, wanted) {
  if (plain(row.cells[0]).includes(wanted)) return true;
  const { values, group } = feature(row.closest("table").dataset.probe, row.dataset.n);
  if (group.toLowerCase().includes(wanted)) return true;
  const heads = row.closest("table").tHead.rows[0].cells;
  return values.some((value, position) => shows(value) && plain(heads[position + 1]).includes(wanted));
}

/** Hide what does not match the filter; a card that does by its own name keeps all it has. */
function filter() {
  const wanted = find.value.trim().toLowerCase();
  for (const span of all(".hit")) span.classList.remove("hit");
  let shown = 0;
  for (const card of all(".card")) {
    const named = card.dataset.name.toLowerCase().includes(wanted);
    for (const row of all(".row", card)) row.hidden = !named && !matches(row, wanted);
    for (const row of all("tbody tr", card)) row.hidden = !named && !matchesCells(row, wanted);
    for (const matrix of all("details.matrix", card)) {
      const lines = all("tbody tr:not(.out)", matrix);
      matrix.hidden = lines.length > 0 && lines.every((row) => row.hidden);
    }
    for (const fold of all(".rows > .fold", card)) {
      fold.hidden = all(".row", fold).every((row) => row.hidden);
      if (wanted && !fold.hidden) $("details", fold).open = true;
    }
    card.hidden = !named && all(".row:not(.out), tbody tr:not(.out)", card).every((row) => row.hidden);
    shown += !card.hidden && !card.matches(".out");
  }
  for (const head of all(".file")) {
    head.hidden = all(".card", head.parentElement).every((card) => card.hidden);
  }
  // Of the view that shows, and not of the other one too.
  const view = $("#view-feature")?.checked ? ".by-probe" : ".by-feature";
  const items = all(all(".row").length ? ".card:not(.out) .row:not(.out)" : ".card").filter((item) => !item.closest(view));
  const kept = items.filter((item) => !item.hidden && !item.closest(".card").hidden).length;
  $("#found").textContent = wanted ? `${kept} of ${items.length}` : "";
  $(".nothing").hidden = !wanted || shown > 0;
}

/** Return an element's text as a filter sees it. */
const plain = (element) => element.textContent.replaceAll("\u00a0", " ").toLowerCase();
