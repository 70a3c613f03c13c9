// Units: the tokens of a row and the cells of a matrix, few of which have an element of their own.

const known = new WeakMap();

/** Return the DOM part of each token of a row: its span or, in a run, a part of a text node. */
function units(tokens) {
  if (!known.has(tokens)) {
    known.set(tokens, all(".token, .run", tokens).flatMap((item) => (item.matches(".run") ? pieces(item) : item)));
  }
  return known.get(tokens);
}

/** Return the tokens of a run: what is between zero-width spaces. */
function pieces(run) {
  return [...run.childNodes].flatMap((node) => {
    let end = -1;
    const texts = node.nodeType === Node.TEXT_NODE ? node.data.split("\u200b") : [];
    return texts.map((text) => ({ node, start: end + 1, end: (end += text.length + 1) })).filter(({ start, end }) => start < end);
  });
}

/** Return the element that a token or cell is, or is in. */
const elementOf = (unit) => unit.line ?? unit.node?.parentElement ?? unit;

const cells = new WeakMap();

/** Return the cell of a matrix at a place on the screen: few have an element of their own. */
function cellAt(line, x) {
  const { left, width } = headOf(line, 0).getBoundingClientRect();
  const position = Math.floor((x - left) / width);
  if (!headOf(line, position)) return null;
  if (!cells.has(line)) cells.set(line, []);
  return (cells.get(line)[position] ??= { line, position });
}

/** Return the head of a column of the matrix that a row is in. */
const headOf = (line, position) => line.closest("table").tHead.rows[0].cells[position + 1];

/** Return where a token or cell is on the screen. */
function box(unit) {
  if (unit.line) {
    const { left, right } = headOf(unit.line, unit.position).getBoundingClientRect();
    const { top, bottom } = unit.line.getBoundingClientRect();
    return { left, right, top, bottom };
  }
  if (!unit.node) return unit.getBoundingClientRect();
  const range = document.createRange();
  range.setStart(unit.node, unit.start);
  range.setEnd(unit.node, unit.end);
  return range.getBoundingClientRect();
}

/** Return the row of a matrix whose cells an element is or is among. */
const lineOf = (element) => (element.closest?.("th") ? null : element.closest?.("tbody tr"));

/** Return the token of a run that the pointer is at. */
function runAt({ target, clientX, clientY }) {
  const at = caretAt(clientX, clientY);
  return units(target.closest(".tokens")).find(
    ({ node, start, end }) => node && node === at?.offsetNode && start <= at.offset && at.offset <= end,
  );
}

/**
 * Return the place in the text at a place on the screen. WebKit has the older call only.
 * @param {number} x
 * @param {number} y
 * @returns {{offsetNode: Node, offset: number} | null}
 */
function caretAt(x, y) {
  if (document.caretPositionFromPoint) return document.caretPositionFromPoint(x, y);
  const range = document.caretRangeFromPoint(x, y);
  return range && { offsetNode: range.startContainer, offset: range.startOffset };
}
