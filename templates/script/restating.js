// From one state to another: titles, chips, which rows there are and their order.

/** Show the state that the switches say. */
function restate() {
  const before = now;
  now = chosenState();
  if (now === before) return;
  unpoint();
  for (const row of all(".row")) restateRow(row, before);
  for (const card of all(".card.over")) {
    $("h2", card).textContent = retold($("h2", card).textContent, states.cards[card.id], before);
  }
  for (const table of all("table")) restateMatrix(table, before);
  document.title = retold(document.title, states.page, before);
  for (const note of all(".note")) note.textContent = given(states.page, "note") ?? note.textContent;
  for (const item of all(".hidden-negatives")) item.hidden = showsNegatives();
  for (const item of all(".shown-negatives")) item.hidden = !showsNegatives();
  reorder();
  replaceCards();
}

/** Put the cards of the by-feature view, and their entries in the contents, in their places. */
function replaceCards() {
  const cards = all("section.by-feature > .card");
  cards.forEach((card, order) => (card.dataset.place ??= card.matches(".out") ? 0 : order + 1));
  for (const card of cards) {
    card.dataset.place = given(states.cards[card.id], "place") ?? card.dataset.place;
    card.classList.toggle("out", card.dataset.place === "0");
  }
  cards.sort((a, b) => a.dataset.place - b.dataset.place);
  $("section.by-feature")?.append(...cards);
  const entries = cards.map((card) => $(`nav a[href="#${card.id}"]`)?.parentElement).filter(Boolean);
  entries.forEach((entry, place) => entry.classList.toggle("out", cards[place].matches(".out")));
  $("nav ul.by-feature")?.append(...entries);
}

function restateRow(row, before) {
  const entry = states.rows[row.id];
  const card = states.cards[row.closest(".card").id];
  const explanation = $(".explanation", row);
  const after = explanation ? ` · ${explanation.textContent}` : "";
  row.setAttribute("aria-label", retold(row.getAttribute("aria-label"), entry?.title ? entry : card, before, after));
  const rank = given(entry, "rank");
  if (rank !== undefined) {
    $(".rank", row).textContent = rank;
    row.classList.toggle("out", rank > states.top);
  }
  const [token, value, small] = all(".chip > *", row);
  token.textContent = token.title = given(entry, "token") ?? token.textContent;
  value.textContent = given(entry, "value") ?? value.textContent;
  value.classList.toggle("minus", value.textContent.startsWith("-"));
  if (small) small.hidden = !(given(entry, "on_bos") ?? !small.hidden);
  const top = given(entry, "top");
  if (top !== undefined) regroup($(".tokens", row), top);
}

function restateMatrix(table, before) {
  const entry = states.matrices[table.dataset.probe];
  const matrix = table.closest(".matrix");
  const title = retold($("summary", matrix).textContent, entry, before);
  $("summary", matrix).textContent = title;
  $(".scroll", matrix).setAttribute("aria-label", title);
  const lines = [...table.tBodies[0].rows];
  const order = given(entry, "order");
  if (order) {
    const places = new Map(order.map((number, place) => [String(number), place]));
    for (const line of lines) {
      line.dataset.order = places.get(line.dataset.n) ?? order.length;
      line.classList.toggle("out", !places.has(line.dataset.n));
    }
  }
  const groups = given(entry, "groups");
  if (groups) {
    const names = new Map(groups.map(([number, name]) => [String(number), name]));
    for (const line of lines) {
      if (names.has(line.dataset.n)) line.dataset.group = names.get(line.dataset.n);
      else delete line.dataset.group;
    }
  }
  const told = $(".bounded > span", matrix);
  if (told) told.textContent = given(entry, "told") ?? told.textContent;
  const fold = $("label.fold", matrix);
  const silent = given(entry, "silent");
  if (!fold || !silent) return;
  $("span", fold).textContent = given(entry, "fold") ?? $("span", fold).textContent;
  fold.hidden = !silent.length;
  if (silent.length === lines.length) $("input", fold).checked = true;
  for (const line of lines) line.classList.toggle("zero", silent.includes(Number(line.dataset.n)));
}

/** Group the tokens of a row by how far they are from its top token, as contexts hide them. */
function regroup(tokens, top) {
  const [stacked, snippet] = data.rule.contexts;
  for (const group of all(".o1, .o2", tokens)) group.replaceWith(...group.childNodes);
  for (const cut of [top - snippet + 1, top - stacked + 1, top + stacked, top + snippet]) split(tokens, cut);
  let position = -1;
  let group = null;
  for (const item of [...tokens.childNodes]) {
    if (item.nodeType !== Node.ELEMENT_NODE) continue;
    if (item.tagName !== "BR") position += 1;
    const far = Math.abs(position - top);
    if (item.matches(".run")) position += pieces(item).length - 1;
    const name = far >= snippet ? "o2" : far >= stacked ? "o1" : "";
    if (name && group?.className !== name) {
      group = Object.assign(document.createElement("span"), { className: name });
      item.before(group);
    }
    if (name) group.append(item);
    else group = null;
  }
}

/** Cut the run in two that a token is in, before that token. */
function split(tokens, position) {
  const unit = units(tokens)[position];
  if (!unit?.node || unit === units(tokens)[0]) return;
  const run = elementOf(unit);
  const range = document.createRange();
  range.setStart(unit.node, unit.start);
  range.setEndAfter(run.lastChild);
  const rest = Object.assign(document.createElement("span"), { className: "run" });
  rest.append(range.extractContents());
  run.after(rest);
  const last = run.lastChild;
  if (last?.nodeType === Node.TEXT_NODE) last.data = last.data.replace(/\u200b$/, "");
  if (!pieces(run).length) run.remove();
  known.delete(tokens);
}
