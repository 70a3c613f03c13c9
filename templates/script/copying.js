// Copying a row, as text or as TSV.

/** Return a row's text, or its tokens and values as tab-separated lines. */
function copied(tokens, kind) {
  const { title, values, tokens: raw } = feature(tokens.dataset.probe, tokens.dataset.n);
  if (kind === "text") return raw.join("");
  const lines = raw.map((token, position) => [position, cell(quoted(token)), values[position]]);
  return [["position", "token", cell(title)], ...lines].map((line) => line.join("\t") + "\n").join("");
}

/** Return a text as a spreadsheet takes it for one: what would be a formula follows an apostrophe. */
function cell(text) {
  const safe = /^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
  return /["\s]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
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
