// Exact values and raw tokens, and the colour rule.

const parsed = new Map();

/** Return one feature of a probe: its names, values by position, raw tokens. */
function feature(probe, row) {
  const key = `${probe} ${row}`;
  if (!parsed.has(key)) {
    const [id, sparse, label = "", group = ""] = data.probes[probe].features[row];
    const { tokens } = data.probes[probe];
    const values = new Float64Array(tokens.length);
    for (const pair of sparse ? sparse.split(" ") : []) {
      const [position, value] = pair.split(":");
      values[position] = value;
    }
    const title = label ? `${label} · ${id}` : id;
    parsed.set(key, { id, title, group, values, tokens });
  }
  return parsed.get(key);
}

/** Return a raw token as JSON writes it, with a code for everything that has no ink. */
function quoted(raw) {
  const hidden = /[\p{C}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u034f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
  const units = (text) => text.split("").map((unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"));
  // JSON has already written controls and lone surrogates as escapes.
  return JSON.stringify(raw).replace(hidden, (char) => units(char).join(""));
}

/** Tell whether a value has a colour in the state that shows. */
const shows = (value) => (showsNegatives() ? Math.abs(value) : value) > data.rule.visibleAbove;

/** Return the opacity of the size of a value: the rule of core.py, by its numbers. */
function opacity(value, max) {
  if (value <= data.rule.visibleAbove || max <= 0) return 0;
  const { floor, steepness } = data.rule;
  const curve = Math.log10(1 + (steepness * Math.min(value, max)) / max) / Math.log10(1 + steepness);
  return floor + (1 - floor) * curve;
}
