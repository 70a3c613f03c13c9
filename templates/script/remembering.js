// Remembering: the view is kept in the address, the theme for other reports.

const inputs = all(".bar input[type=radio], .bar input[type=checkbox]");
const defaults = new Map(inputs.map((input) => [input, input.defaultChecked]));

/** Return the changes since the page was loaded, as a query string. */
function state() {
  const found = new URLSearchParams();
  for (const input of inputs) {
    if (input.checked === defaults.get(input)) continue;
    if (input.type === "radio") input.checked && found.set(input.name, input.value);
    else found.set(input.id, input.checked ? "1" : "0");
  }
  for (const [key, { read }] of kept) if (read()) found.set(key, read());
  return found;
}

/** Set the switches as a query string says. */
function apply(found) {
  for (const [key, value] of found) {
    const one = inputs.find((input) => (input.type === "radio" ? input.name === key && input.value === value : input.id === key));
    if (one) one.checked = one.type === "radio" || value === "1";
    else kept.get(key)?.write(value);
  }
}

/** Keep the view in the address, so that it can be shared, and the theme for other reports. */
function remember() {
  const anchor = current ? addressOf(current) : "";
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
