// Exact values and raw tokens, and the colour rule.

/**
 * One feature of a probe: its names, values by position, positions of those that are not zero, raw
 * tokens.
 * @typedef {{id: string, label: string, group: string, about: string, title: string,
 *   values: Float64Array, lit: number[], tokens: string[]}} Known
 */

/** @type {Map<string, Known>} */
const parsed = new Map();

/**
 * Return one feature of a probe.
 * @param {string | undefined} probe
 * @param {string | undefined} row
 * @returns {Known}
 */
function feature(probe, row) {
  const key = `${probe} ${row}`;
  let found = parsed.get(key);
  if (!found) {
    const { tokens, features } = data.probes[probe ?? ""];
    const [number, sparse] = features[row ?? ""];
    const [id, label = "", group = "", about = ""] = data.features[number];
    const values = new Float64Array(tokens.length);
    const lit = [];
    for (const pair of sparse ? sparse.split(" ") : []) {
      const [position, value] = pair.split(":").map(Number);
      values[position] = value;
      lit.push(position);
    }
    found = { id, label, group, about, title: label ? `${label} · ${id}` : id, values, lit, tokens };
    parsed.set(key, found);
  }
  return found;
}

/**
 * Return a raw token as JSON writes it, with a code for everything that has no ink.
 * @param {string} raw
 * @returns {string}
 */
function quoted(raw) {
  const hidden = /[\p{C}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u034f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
  /** @param {string} text */
  const units = (text) => text.split("").map((unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"));
  // JSON has already written controls and lone surrogates as escapes.
  return JSON.stringify(raw).replace(hidden, (char) => units(char).join(""));
}

/**
 * Tell whether a value has a colour in the state that shows.
 * @param {number} value
 * @returns {boolean}
 */
const shows = (value) => (showsNegatives() ? Math.abs(value) : value) > data.rule.visibleAbove;

/**
 * Return the opacity of the size of a value: the rule of core.py, by its numbers.
 * @param {number} value
 * @param {number} max
 * @returns {number}
 */
function opacity(value, max) {
  if (value <= data.rule.visibleAbove || max <= 0) return 0;
  const { floor, steepness } = data.rule;
  const curve = Math.log10(1 + (steepness * Math.min(value, max)) / max) / Math.log10(1 + steepness);
  return floor + (1 - floor) * curve;
}
