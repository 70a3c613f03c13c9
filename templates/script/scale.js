// The scale of the rows: the max that their colours are relative to.

const scale = () => $("input[name=scale]:checked")?.value ?? "feature";
const scaled = new WeakMap();

/** Return the max that a row's colours are relative to. */
function scaleOf(tokens) {
  return scale() === "probe" ? data.probes[tokens.dataset.probe].max : Number(tokens.dataset.max);
}

/** Colour the rows by the scale that is chosen; the rows as they came are the first one. */
function rescale() {
  const name = $("#scale-name");
  if (!name) return;
  name.textContent = scale() === "probe" ? "max per probe" : "max per feature";
  for (const tokens of all(".tokens")) {
    if ((scaled.get(tokens) ?? "feature") === scale()) continue;
    scaled.set(tokens, scale());
    const { values } = feature(tokens.dataset.probe, tokens.dataset.n);
    const max = scaleOf(tokens);
    units(tokens).forEach((span, position) => {
      if (!shows(values[position])) return; // (and perhaps no span of its own)
      const alpha = opacity(values[position], max);
      span.style.backgroundColor = `rgba(${data.rule.emerald.join(", ")}, ${alpha.toFixed(4)})`;
      span.classList.toggle("k", alpha >= data.rule.blackFrom);
    });
  }
}
