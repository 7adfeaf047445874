// Elements and words. Everything that comes from the data is written as text, never as markup.

const byId = (id) => document.getElementById(id);

// make("li", {className: "x"}, "text", child, …)
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "scope") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function button(text, action, properties = {}) {
  const made = make("button", { type: "button", ...properties }, text);
  made.addEventListener("click", action);
  return made;
}

function outward(link, text) {
  if (!/^https?:\/\//i.test(link || "")) return document.createTextNode(text);
  return make("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, text);
}

function dot(colour) {
  const made = make("span", { className: "dot", "aria-hidden": "true" });
  made.style.backgroundColor = colour;
  return made;
}

function counted(count, one, many) { return `${count.toLocaleString("en")} ${count === 1 ? one : many}`; }

function numeral(value) {
  if (value === null || value === undefined) return "unknown";
  if (!Number.isInteger(value)) return String(Number(value.toPrecision(4)));
  return value.toLocaleString("en");
}

// What a measure says; years are not counted in thousands.
function measured(name, value) {
  return name === "mean year" && value !== null ? String(Math.round(value * 10) / 10) : numeral(value);
}

const MOST_SHOWN = 40;

// The first items at once, the rest when asked for: what to append, a list and perhaps a button.
function filled(list, items, item, most = MOST_SHOWN) {
  list.append(...items.slice(0, most).map(item));
  const rest = items.slice(most);
  if (!rest.length) return [list];
  const label = () => `Show ${rest.length.toLocaleString("en")} more`;
  const more = button(label(), () => {
    const next = rest.splice(0, 1000).map(item);
    list.append(...next);
    next[0].querySelector("a, button")?.focus();
    if (rest.length) more.textContent = label(); else more.remove();
  });
  return [list, more];
}

function debounced(action, wait) {
  let clock;
  return (...given) => { clearTimeout(clock); clock = setTimeout(() => action(...given), wait); };
}
