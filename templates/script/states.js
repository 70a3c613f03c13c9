// States: how BOS and negative values are taken. Each max, order and text of each state is given.

const { states } = data;
let now = states.built;

/** Return a column of an entry in the state that shows; nothing if it is the same in all. */
const given = (entry, column) => entry?.[column]?.[now];

/** Tell whether negative values are shown. */
const showsNegatives = () => states.all[now][1];

/** Return the state that the switches say; where one is missing, it is as built. */
function chosenState() {
  const built = states.all[states.built];
  const wanted = ["#bos", "#negatives"].map((id, place) => $(id)?.checked ?? built[place]);
  return states.all.findIndex((state) => state.every((on, place) => on === wanted[place]));
}

/** Return the max of a probe. */
const maxOf = (probe) => given(states.probes[probe], "max") ?? data.probes[probe].max;

/** Return a text that ends in one of the `tails`, followed by `after`, with the one that is right. */
function retold(text, entry, before, after = "") {
  const tails = entry?.title;
  if (!tails) return text;
  return text.slice(0, text.length - after.length - tails[before].length) + tails[now] + after;
}
