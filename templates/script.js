"use strict";
// Adds to a page that is complete without it: tooltip, scale, filter, sorting, keys, copying, the
// lightbox, and remembering. Everything it knows of the dump is in the JSON block of the page.
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const root = document.documentElement;
  const data = JSON.parse($("#data").textContent);
  root.classList.add("js");

  // --- values -------------------------------------------------------------------------------

  const parsed = new Map();

  /** Return one feature of a probe: id, values by position, raw tokens. */
  function feature(probe, row) {
    const key = `${probe} ${row}`;
    if (!parsed.has(key)) {
      const [id, sparse] = data.probes[probe].features[row];
      const { tokens } = data.probes[probe];
      const values = new Float64Array(tokens.length);
      for (const pair of sparse ? sparse.split(" ") : []) {
        const [position, value] = pair.split(":");
        values[position] = value;
      }
      parsed.set(key, { id, values, tokens });
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

  /** Return the opacity of a value: the rule of the Python side. */
  function opacity(value, max) {
    if (value <= 0.00005 || max <= 0) return 0;
    return 0.05 + 0.95 * Math.log10(1 + (9 * Math.min(value, max)) / max);
  }

  // --- tooltip ------------------------------------------------------------------------------

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

  const known = new WeakMap();

  /** Return what stands for each token of a row: its span or, in a run, a part of a text node. */
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

  /** Return what is known of a token or a matrix cell. */
  function facts(unit) {
    const holder = elementOf(unit).closest(unit.line ? "table" : ".tokens");
    const found = feature(holder.dataset.probe, (unit.line ?? holder).dataset.n);
    const position = unit.line ? unit.position : units(holder).indexOf(unit);
    const max = unit.line ? data.probes[holder.dataset.probe].max : scaleOf(holder);
    return { ...found, position, max, value: found.values[position], raw: found.tokens[position] };
  }

  /** Show the tooltip of a token or cell. */
  function point(unit) {
    if (unit === pointed) return;
    unpoint();
    pointed = unit;
    const element = elementOf(unit);
    if (element === unit) element.classList.add("here");
    const { id, position, value, max, raw, tokens } = facts(unit);
    const sign = value < 0 ? "" : "+";
    const share = max > 0 ? `${((100 * value) / max).toFixed(1)} %` : "–";
    [quoted(raw), sign + value.toFixed(4), share, `${position} (0 to ${tokens.length - 1})`, id].forEach(
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

  /** Return the row of a matrix whose cells an element is or is among. */
  const lineOf = (element) => (element.closest?.("th") ? null : element.closest?.("tbody tr"));

  /** Return the token of a run that the pointer is at. */
  function runAt({ target, clientX, clientY }) {
    const at = document.caretPositionFromPoint?.(clientX, clientY);
    return units(target.closest(".tokens")).find(
      ({ node, start, end }) => node && node === at?.offsetNode && start <= at.offset && at.offset <= end,
    );
  }
  document.addEventListener("scroll", unpoint, { capture: true, passive: true });

  // --- scale --------------------------------------------------------------------------------

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
        if (values[position] <= 0.00005) return; // (and perhaps no span of its own)
        const alpha = opacity(values[position], max);
        span.style.backgroundColor = `rgba(52, 211, 153, ${alpha.toFixed(4)})`;
        span.classList.toggle("k", alpha >= data.blackFrom);
      });
    }
  }

  // --- filter and order ---------------------------------------------------------------------

  const find = $("#find");
  const sort = $("#sort");

  /** Tell whether a row has what is looked for: in its ids, or in a token that is active. */
  function matches(row, wanted) {
    if (row.getAttribute("aria-label").toLowerCase().includes(wanted)) return true;
    const tokens = $(".tokens", row);
    const { values } = feature(tokens.dataset.probe, tokens.dataset.n);
    let hit = false;
    units(tokens).forEach((span, position) => {
      const found = values[position] > 0.00005 && plain(span).includes(wanted);
      if (found) span.classList.add("hit");
      hit ||= found;
    });
    return hit;
  }

  /** Tell the same of a row of a matrix. */
  function matchesCells(row, wanted) {
    if (plain(row.cells[0]).includes(wanted)) return true;
    const { values } = feature(row.closest("table").dataset.probe, row.dataset.n);
    const heads = row.closest("table").tHead.rows[0].cells;
    return values.some((value, position) => value > 0.00005 && plain(heads[position + 1]).includes(wanted));
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
        matrix.hidden = all("tbody tr", matrix).every((row) => row.hidden);
      }
      for (const fold of all(".rows > .fold", card)) {
        fold.hidden = all(".row", fold).every((row) => row.hidden);
        if (wanted && !fold.hidden) $("details", fold).open = true;
      }
      card.hidden = !named && all(".row, tbody tr", card).every((row) => row.hidden);
      shown += !card.hidden;
    }
    for (const head of all(".file")) {
      head.hidden = all(".card", head.parentElement).every((card) => card.hidden);
    }
    // Of the view that shows, and not of the other one too.
    const view = $("#view-feature")?.checked ? ".by-probe" : ".by-feature";
    const items = all(all(".row").length ? ".row" : ".card").filter((item) => !item.closest(view));
    const kept = items.filter((item) => !item.hidden && !item.closest(".card").hidden).length;
    $("#found").textContent = wanted ? `${kept} of ${items.length}` : "";
    $(".nothing").hidden = !wanted || shown > 0;
  }

  /** Return an element's text as a filter sees it. */
  const plain = (element) => element.textContent.replaceAll("\u00a0", " ").toLowerCase();

  /** Put rows and matrices into the order that is chosen. */
  function reorder() {
    const layer = (row) => Number.parseInt(feature(...place(row)).id, 10);
    const place = (row) =>
      row.matches("tr")
        ? [row.closest("table").dataset.probe, row.dataset.n]
        : [$(".tokens", row).dataset.probe, row.dataset.dump];
    const number = (row) => Number(place(row)[1]);
    const keys = {
      max: (row) => Number(row.dataset.order),
      dump: number,
      layer: (row) => (Number.isNaN(layer(row)) ? Infinity : layer(row)) * 1e6 + number(row),
    };
    const key = keys[sort.value] ?? keys.max;
    for (const list of all(".by-probe .rows, tbody")) {
      const rows = [...list.children];
      rows.forEach((row, order) => (row.dataset.order ??= order));
      list.append(...rows.sort((a, b) => key(a) - key(b) || a.dataset.order - b.dataset.order));
    }
  }

  // --- rows, keys ---------------------------------------------------------------------------

  const visible = (element) => element.checkVisibility({ contentVisibilityAuto: false });
  let current = null;

  /** Make a row or a card the current one, and bring it into view. */
  function go(element, focus = true) {
    if (!element) return;
    current?.classList.remove("here");
    current = element;
    element.classList.add("here");
    const fold = element.closest("details");
    if (fold) fold.open = true;
    if (element.closest(".by-feature")) choose("view-feature");
    else if (element.closest(".by-probe")) choose("view-probe");
    reveal(element);
    if (focus) element.focus({ preventScroll: true });
    remember();
  }

  /** Scroll to an element until it stays: heights of cards out of sight are guesses till drawn. */
  function reveal(element, frames = 10) {
    if (current !== element || !frames) return;
    element.scrollIntoView({ block: element.matches(".row") ? "nearest" : "start" });
    requestAnimationFrame(() => reveal(element, frames - 1));
  }

  /** Check a radio button, if the page has it. */
  function choose(id) {
    const input = document.getElementById(id);
    if (input) input.checked = true;
  }

  /** Return the element `step` further among those that show, from the current one. */
  function neighbour(selector, step) {
    const items = all(selector).filter(visible);
    const from = current?.isConnected && visible(current) ? current : null;
    const own = from?.closest(selector) ?? null;
    if (own) return items[items.indexOf(own) + step];
    const after = items.findIndex((item) => from && from.compareDocumentPosition(item) & 4);
    if (step > 0) return items[Math.max(after, 0)];
    return items[(after < 0 ? items.length : after) - 1];
  }

  let stepped = null;

  /** Move the tooltip along the tokens of the current row. */
  function stepToken(step) {
    const tokens = current && $(".tokens", current);
    const spans = tokens ? units(tokens).filter((unit) => visible(elementOf(unit))) : [];
    // (scrolling hides the tooltip, but the place in the row is kept)
    const from = spans.indexOf(stepped);
    stepped = spans[Math.min(Math.max(from + step, 0), spans.length - 1)];
    if (stepped) point(stepped);
  }

  const actions = {
    j: () => go(neighbour(".row", 1)),
    k: () => go(neighbour(".row", -1)),
    ArrowRight: () => go(neighbour(".card", 1)),
    ArrowLeft: () => go(neighbour(".card", -1)),
    ".": () => stepToken(1),
    ",": () => stepToken(-1),
    Enter: () => current?.classList.toggle("open"),
    p: () => current && $("a.png", current) && showPicture($("a.png", current)),
    "/": () => find.focus(),
    "?": () => $("#keys").showModal(),
    Escape: unpoint,
  };
  actions.ArrowDown = actions.j;
  actions.ArrowUp = actions.k;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (lightbox.open) {
      if (event.key === "ArrowRight" || event.key === "ArrowLeft") stepPicture(event.key === "ArrowRight" ? 1 : -1);
      return;
    }
    if ($("#keys").open) return;
    if (event.target === find && event.key === "Escape") {
      find.value = "";
      changed();
      find.blur();
      return;
    }
    if (event.target.closest("input, select, textarea, button, a, summary, .scroll")) {
      if (event.key.length > 1 || event.target.matches("input[type=search], select")) return;
    }
    // Up and down scroll the page until a row has been picked.
    if (/Arrow(Up|Down)/.test(event.key) && !current?.matches(".row")) return;
    if (!(event.key in actions)) return;
    event.preventDefault();
    actions[event.key]();
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest(".row, .card");
    if (row && event.target === row && row !== current) {
      current?.classList.remove("here");
      current = row;
      row.classList.add("here");
      remember();
    }
  });

  // --- copying ------------------------------------------------------------------------------

  /** Return a row's text, or its tokens and values as tab-separated lines. */
  function copied(tokens, kind) {
    const { id, values, tokens: raw } = feature(tokens.dataset.probe, tokens.dataset.n);
    if (kind === "text") return raw.join("");
    const lines = raw.map((token, position) => [position, quoted(token), values[position]].join("\t"));
    return [`position\ttoken\t${id}`, ...lines].join("\n") + "\n";
  }

  async function copy(button) {
    const text = copied($(".tokens", button.closest(".row")), button.dataset.copy);
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A sandboxed frame has no clipboard of its own; the older way may work.
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
    }
    const label = button.textContent;
    button.textContent = done ? "Copied" : "Blocked";
    setTimeout(() => (button.textContent = label), 1200);
  }

  // --- lightbox -----------------------------------------------------------------------------

  const lightbox = $("#lightbox");
  let picture = null;

  /** Show a linked PNG. */
  function showPicture(link) {
    picture = link;
    const links = pictures();
    $("#lightbox-name").textContent = link.dataset.name;
    $("#lightbox-count").textContent = `${links.indexOf(link) + 1} of ${links.length}`;
    const image = $("img", lightbox);
    image.src = link.href;
    image.classList.remove("natural");
    image.alt = link.closest(".row")?.getAttribute("aria-label") ?? link.dataset.name;
    const file = $("#lightbox-file");
    file.href = link.href;
    if (link.hasAttribute("download")) {
      file.download = link.dataset.name;
      file.textContent = "Download";
    } else {
      file.target = "_blank";
    }
    if (!lightbox.open) {
      lightbox.showModal();
      $("[data-step='1']", lightbox).focus();
    }
  }

  const pictures = () => all("a.png").filter((link) => link === picture || visible(link));

  function stepPicture(step) {
    const links = pictures();
    showPicture(links[(links.indexOf(picture) + step + links.length) % links.length]);
  }

  document.addEventListener("click", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    const link = event.target.closest("a");
    if (link?.matches(".png") && plain) {
      event.preventDefault();
      showPicture(link);
    } else if (link?.getAttribute("href")?.startsWith("#") && plain) {
      // Sandboxed frames block links within the page.
      event.preventDefault();
      go(document.getElementById(link.getAttribute("href").slice(1)));
    } else if (event.target.dataset.step) {
      stepPicture(Number(event.target.dataset.step));
    } else if (event.target.dataset.copy) {
      copy(event.target);
    } else if (event.target.id === "help") {
      $("#keys").showModal();
    } else if (event.target.matches(".picture img")) {
      event.target.classList.toggle("natural");
    } else if (event.target === lightbox || event.target.id === "keys") {
      event.target.close(); // the backdrop
    } else if (!link && event.target.closest(".row") && !getSelection().toString()) {
      event.target.closest(".row").classList.toggle("open");
    }
  });
  lightbox.addEventListener("close", () => picture?.focus());

  // --- remembering --------------------------------------------------------------------------

  const inputs = all(".bar input[type=radio], .bar input[type=checkbox]");
  const defaults = new Map(inputs.map((input) => [input, input.checked]));

  /** Return what differs from the page as it came, as a query string. */
  function state() {
    const found = new URLSearchParams();
    for (const input of inputs) {
      if (input.checked === defaults.get(input)) continue;
      if (input.type === "radio") input.checked && found.set(input.name, input.value);
      else found.set(input.id, input.checked ? "1" : "0");
    }
    if (sort && sort.value !== "max") found.set("sort", sort.value);
    if (find.value) found.set("find", find.value);
    return found;
  }

  /** Set the switches as a query string says. */
  function apply(found) {
    for (const [key, value] of found) {
      const one = inputs.find((input) => (input.type === "radio" ? input.name === key && input.value === value : input.id === key));
      if (one) one.checked = one.type === "radio" || value === "1";
      else if (key === "sort" && sort && [...sort.options].some((option) => option.value === value)) sort.value = value;
      else if (key === "find") find.value = value;
    }
  }

  /** Keep the view in the address, so that it can be shared, and the theme for other reports. */
  function remember() {
    const anchor = current?.id ?? "";
    const found = state().toString();
    try {
      history.replaceState(null, "", `#${anchor}${found && "&" + found}`);
    } catch {
      // Some frames have no address to change.
    }
    try {
      localStorage.setItem("reportgen-theme", $("input[name=theme]:checked").value);
    } catch {
      // Sandboxed frames and private windows have no storage.
    }
  }

  function recall() {
    try {
      choose(`theme-${localStorage.getItem("reportgen-theme")}`);
    } catch {
      // As above.
    }
    const [anchor, ...rest] = location.hash.slice(1).split("&");
    apply(new URLSearchParams(rest.join("&")));
    return anchor;
  }

  /** Do what follows from the switches that static CSS cannot. */
  function changed() {
    rescale();
    filter();
    remember();
  }

  // --- the start ----------------------------------------------------------------------------

  const bar = $(".bar");

  /** Keep the contents, and what is scrolled to, clear of the bar where it sticks. */
  function fit() {
    const height = getComputedStyle(bar).position === "sticky" ? `${bar.offsetHeight}px` : "0px";
    root.style.scrollPaddingTop = height;
    $("nav")?.style.setProperty("--bar", height); // (on the root it would mean a new style for all)
  }
  addEventListener("resize", fit);
  const anchor = recall();
  fit();
  rescale();
  if (sort && sort.value !== "max") reorder();
  if (find.value) filter();
  go(document.getElementById(anchor), false);

  bar.addEventListener("change", (event) => {
    if (event.target === sort) reorder();
    if (event.target !== find) changed();
  });
  let typed;
  find.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(changed, 120);
  });
  addEventListener("hashchange", () => go(document.getElementById(recall()), false));

  // Mark in the contents which card is being read.
  const links = new Map(all("nav a").map((link) => [link.getAttribute("href").slice(1), link]));
  const reading = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) links.get(entry.target.id)?.classList.toggle("here", entry.isIntersecting);
    },
    { rootMargin: "-20% 0px -60% 0px" },
  );
  for (const card of all(".card")) reading.observe(card);
})();
