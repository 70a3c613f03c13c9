// The order of rows.

/** @type {HTMLSelectElement} */
const sort = $("#sort");
if (sort) {
  kept.set("sort", {
    read: () => (sort.selectedIndex ? sort.value : ""),
    write: (text) => {
      if ([...sort.options].some(({ value }) => value === text)) sort.value = text;
    },
  });
}

/** Put rows and matrices into the order that is chosen. */
function reorder() {
  const layer = (row) => Number.parseInt(feature(...place(row)).id, 10);
  const place = (row) =>
    row.matches("tr")
      ? [row.closest("table").dataset.probe, row.dataset.n]
      : [$(".tokens", row).dataset.probe, row.dataset.dump];
  const number = (row) => Number(place(row)[1]);
  const built = (row) => Number(row.matches("tr") ? row.dataset.order : $(".rank", row).textContent);
  const ranks = new Map();
  const ranked = (row) => {
    const { probe } = row.closest("table").dataset;
    const order = given(states.matrices[probe], "ranked");
    if (!order) return built(row);
    if (!ranks.has(probe)) ranks.set(probe, new Map(order.map((number, place) => [number, place])));
    return ranks.get(probe).get(number(row));
  };
  const keys = {
    built,
    max: (row) => (row.matches("tr") ? ranked(row) : built(row)),
    dump: number,
    layer: (row) => (Number.isNaN(layer(row)) ? Infinity : layer(row)) * 1e6 + number(row),
  };
  const key = keys[sort.value] ?? built;
  for (const table of all("table")) {
    table.classList.toggle("grouped", sort.value === "built" && $("tr[data-group]", table) !== null);
  }
  if (!sort) return;
  for (const list of all(".by-probe .rows, tbody")) {
    const rows = [...list.children];
    rows.forEach((row, order) => (row.dataset.order ??= order));
    list.append(...rows.sort((a, b) => key(a) - key(b) || a.dataset.order - b.dataset.order));
  }
}
