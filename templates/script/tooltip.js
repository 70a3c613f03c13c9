// The tooltip of a token or cell.

const tip = $("#tip");
let pointed = null;

// The tooltip's elements are made once, and only their texts change: wherever an element comes or
// goes, the `:has()` of the switches costs a new style for everything (150 ms on a large page).
const told = [tip.appendChild(document.createElement("code"))];
const list = tip.appendChild(document.createElement("dl"));
for (const term of ["Feature Activation", "Share of the max", "Position", "Feature"]) {
  list.appendChild(document.createElement("dt")).textContent = term;
  told.push(list.appendChild(document.createElement("dd")));
}
told.forEach((element, number) => (told[number] = element.appendChild(document.createTextNode(""))));

/** Return what is known of a token or a matrix cell. */
function facts(unit) {
  const holder = elementOf(unit).closest(unit.line ? "table" : ".tokens");
  const found = feature(holder.dataset.probe, (unit.line ?? holder).dataset.n);
  const position = unit.line ? unit.position : units(holder).indexOf(unit);
  const max = unit.line ? maxOf(holder.dataset.probe) : scaleOf(holder);
  return { ...found, position, max, value: found.values[position], raw: found.tokens[position] };
}

/** Show the tooltip of a token or cell. */
function point(unit) {
  if (unit === pointed) return;
  unpoint();
  pointed = unit;
  const element = elementOf(unit);
  if (element === unit) element.classList.add("here");
  const { title, position, value, max, raw, tokens } = facts(unit);
  const sign = value < 0 ? "" : "+";
  const share = max > 0 ? `${((100 * value) / max).toFixed(1)} %` : "–";
  [quoted(raw), sign + value.toFixed(4), share, `${position} (0 to ${tokens.length - 1})`, title].forEach(
    (text, number) => (told[number].data = text),
  );
  if (unit.line) headOf(unit.line, unit.position).classList.add("here");
  if (tip.showPopover) tip.showPopover();
  const at = box(unit);
  const { width, height } = tip.getBoundingClientRect();
  const below = at.bottom + 6;
  tip.style.left = `${Math.max(4, Math.min(at.left, innerWidth - width - 4))}px`;
  tip.style.top = `${below + height < innerHeight ? below : Math.max(4, at.top - height - 6)}px`;
}

function unpoint() {
  if (!pointed) return;
  elementOf(pointed).classList.remove("here");
  if (pointed.line) headOf(pointed.line, pointed.position).classList.remove("here");
  pointed = null;
  if (tip.hidePopover && tip.matches(":popover-open")) tip.hidePopover();
}

document.addEventListener("pointerover", (event) => {
  const token = event.target.closest?.(".token");
  if (token) point(token);
  else if (!event.target.matches?.(".run") && !lineOf(event.target)) unpoint();
});
document.addEventListener("pointermove", (event) => {
  const line = lineOf(event.target);
  const unit = line ? cellAt(line, event.clientX) : event.target.matches?.(".run") && runAt(event);
  if (unit) point(unit);
  else if (line) unpoint();
});

document.addEventListener("scroll", unpoint, { capture: true, passive: true });
