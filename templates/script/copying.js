// Copying a row, as text or as TSV.

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
