// The scale of the rows, and the colours of rows and matrices.

const scale = () => $("input[name=scale]:checked")?.value ?? "feature";
const coloured = new WeakMap();

/** Return the max that a row's colours are relative to. */
function scaleOf(tokens) {
  if (scale() === "probe") return maxOf(tokens.dataset.probe);
  const own = [states.rows[tokens.closest(".row").id], states.cards[tokens.closest(".card").id]];
  return own.map((entry) => given(entry, "max")).find((max) => max !== undefined) ?? Number(tokens.dataset.max);
}

/** Colour rows and matrices by their max; as they came they are coloured by the first one. */
function rescale() {
  for (const name of all(".scale-name")) name.textContent = scale() === "probe" ? "max per probe" : "max per feature";
  for (const tokens of all(".tokens")) {
    const max = scaleOf(tokens);
    if (!changes(tokens, max, Number(tokens.dataset.max))) continue;
    const { values } = feature(tokens.dataset.probe, tokens.dataset.n);
    units(tokens).forEach((span, position) => colour(span, values[position], max, setSpan));
  }
  for (const table of all("table")) {
    const { probe } = table.dataset;
    const max = maxOf(probe);
    if (!changes(table, max, data.probes[probe].max)) continue;
    for (const line of table.tBodies[0].rows) {
      const { values } = feature(probe, line.dataset.n);
      for (const cell of all("td", line)) colour(cell, values[cell.ariaColIndex - 2], max, setCell);
    }
  }
}

/** Tell whether an element has to be coloured anew; it came with the max `first`. */
function changes(element, max, first) {
  const before = coloured.get(element) ?? `${first} ${states.all[states.built][1]}`;
  coloured.set(element, `${max} ${showsNegatives()}`);
  return before !== coloured.get(element);
}

/** Colour a span or a cell, if its value has a colour at all. */
function colour(element, value, max, set) {
  if (!shows(value)) return; // (and perhaps no element of its own)
  const alpha = opacity(Math.abs(value), max);
  if (value > 0) return set(element, alpha);
  element.style.setProperty("--n", alpha.toFixed(4));
  element.classList.toggle("nk", alpha >= data.rule.blackFromRose);
}

const setCell = (cell, alpha) => cell.style.setProperty("--a", alpha.toFixed(4));

function setSpan(span, alpha) {
  span.style.backgroundColor = `rgba(${data.rule.emerald.join(", ")}, ${alpha.toFixed(4)})`;
  span.classList.toggle("k", alpha >= data.rule.blackFrom);
}
