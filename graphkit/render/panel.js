// What stands beside the drawing: details, legend, search, and the table.
// Everything that comes from the data is written as text, never as markup.

const MOST_SHOWN = 40;
const byId = (id) => document.getElementById(id);

function listLength(lists, number) { return lists.starts[number + 1] - lists.starts[number]; }
function listOf(lists, number) { return lists.values.slice(lists.starts[number], lists.starts[number + 1]); }

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

function number(value) {
  if (value === null || value === undefined) return "unknown";
  return Number.isInteger(value) ? value.toLocaleString("en") : String(Number(value.toPrecision(3)));
}

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

function paperList(page, papers) {
  if (!papers.length) return [make("p", { className: "note" }, "None known")];
  const year = (paper) => page.papers.year[paper] ?? -Infinity;
  const sorted = [...papers].sort((one, other) => year(other) - year(one) || one - other);
  return filled(make("ul", { className: "plain papers" }), sorted, (paper) => make("li", {},
    outward(page.papers.link[paper], page.papers.title[paper] || "(no title)"),
    page.papers.year[paper] === null ? null
      : make("span", { className: "count" }, ` ${page.papers.year[paper]}`)));
}

function detailsTop(title, close) {
  return make("div", { className: "top" }, make("h2", {}, title),
    button("×", close, { className: "close", "aria-label": "Close details" }));
}

function personDetails(page, person, neighbours, { choosePerson, chooseTie, close }) {
  const { people, papers, topics } = page;
  const group = page.groups[people.group[person]];
  const own = listOf(people.papers, person);
  const tally = new Map();
  for (const paper of own) {
    for (const topic of listOf(papers.topics, paper)) tally.set(topic, (tally.get(topic) || 0) + 1);
  }
  const main = [...tally].sort((one, other) => other[1] - one[1]).slice(0, 8);
  const figures = [["papers", own.length], ["coauthors", neighbours.length],
    ...Object.entries(people.measures).map(([name, values]) => [name, values[person]])]
    .filter(([name]) => name !== "degree");
  const parts = document.createDocumentFragment();
  parts.append(detailsTop(people.name[person], close));
  if (group) parts.append(make("p", { className: "group" }, dot(group.colour), group.name));
  if (people.link[person]) {
    const link = make("span", { className: "link" });
    link.append(outward(people.link[person], people.link[person].replace(/^https?:\/\//i, "")));
    parts.append(link);
  }
  parts.append(make("dl", {}, ...figures.map(([name, value]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, number(value))))));
  if (main.length) {
    parts.append(make("h3", {}, "Topics"), make("ul", { className: "plain topics" },
      ...main.map(([topic, count]) => make("li", {}, count > 1 ? `${topics[topic]} (${count})` : topics[topic]))));
  }
  parts.append(make("h3", {}, "Papers"), ...paperList(page, own));
  parts.append(make("h3", {}, "Coauthors"));
  if (!neighbours.length) parts.append(make("p", { className: "note" }, "None in this network"));
  else {
    parts.append(...filled(make("ul", { className: "plain people" }), neighbours, ({ other, tie }) => {
      const shared = listLength(page.ties.papers, tie);
      const name = people.name[other];
      return make("li", {}, button(name, () => choosePerson(other)),
        button(shared ? counted(shared, "paper", "papers") : "tie", () => chooseTie(tie),
          { "aria-label": `${shared ? counted(shared, "paper", "papers") : "Tie"} with ${name}` }));
    }));
  }
  return parts;
}

function tieDetails(page, tie, { choosePerson, close }) {
  const { source, target, weight, papers } = page.ties;
  const ends = [source[tie], target[tie]];
  const shared = listOf(papers, tie);
  const parts = document.createDocumentFragment();
  parts.append(detailsTop(counted(shared.length, "paper together", "papers together"), close));
  parts.append(make("ul", { className: "plain people" }, ...ends.map((person) =>
    make("li", {}, button(page.people.name[person], () => choosePerson(person))))));
  parts.append(make("dl", {}, make("div", {}, make("dt", {}, "weight"), make("dd", {}, number(weight[tie])))));
  parts.append(make("h3", {}, "Papers"), ...paperList(page, shared));
  return parts;
}

// ---- legend ------------------------------------------------------------------------

// `changed` is called with the hidden groups; the answer can show a group again.
function buildLegend(page, changed) {
  const hidden = new Set();
  const boxes = page.groups.map((group, place) => {
    const box = make("input", { type: "checkbox", checked: true });
    const name = make("span", {}, group.name);
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(place); else hidden.add(place);
      name.classList.toggle("off", !box.checked);
      byId("all-groups").hidden = !hidden.size;
      changed(hidden);
    });
    byId("groups").append(make("li", {}, make("label", {}, box, dot(group.colour), name,
      make("span", { className: "count" }, group.people.toLocaleString("en")))));
    return box;
  });
  byId("all-groups").addEventListener("click", () => {
    for (const box of boxes) if (!box.checked) box.click();
    boxes[0].focus();
  });
  const named = { community: "Communities", topic: "Main topics" };
  byId("legend-title").textContent = page.colourBy ? named[page.colourBy] || `Colours: ${page.colourBy}` : "Colours";
  byId("legend").hidden = !page.groups.length;
  byId("legend").open = innerWidth > 760;
  const size = page.sizeBy ? `Larger circle: higher ${page.sizeBy}. ` : "";
  byId("size-note").textContent = page.ties.source.length ? `${size}Thicker line: stronger tie.` : size;
  return { show(place) { if (hidden.has(place)) boxes[place].click(); } };
}

// ---- search ------------------------------------------------------------------------

function folded(text) { return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase(); }

function buildSearch(page, order, chosen) {
  const input = byId("query"), list = byId("found");
  let keys = null, found = [], active = -1;
  const open = (yes) => { list.hidden = !yes; input.setAttribute("aria-expanded", String(yes)); };
  const mark = (place) => {
    active = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    if (place >= 0) { input.setAttribute("aria-activedescendant", `found-${place}`); list.children[place].scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const take = (person) => { open(false); input.value = page.people.name[person]; chosen(person); };
  const look = () => {
    keys ||= page.people.name.map(folded);
    const words = folded(input.value).split(/\s+/).filter(Boolean);
    const starts = (person) => keys[person].split(/[\s-]+/).some((part) => part.startsWith(words[0]));
    const hits = words.length ? order.filter((person) => words.every((word) => keys[person].includes(word))) : [];
    // Those whose name begins so come first; within both, the better known.
    found = [...hits.filter(starts), ...hits.filter((person) => !starts(person))].slice(0, 8);
    list.replaceChildren(...found.map((person, place) => {
      const item = make("li", { id: `found-${place}`, role: "option", "aria-selected": "false" },
        dot(page.groups[page.people.group[person]].colour), make("span", {}, page.people.name[person]),
        make("span", { className: "count" }, counted(listLength(page.people.papers, person), "paper", "papers")));
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); });
      item.addEventListener("click", () => take(person));
      return item;
    }));
    if (words.length && !found.length) {
      list.append(make("li", { className: "none", role: "option", "aria-disabled": "true" }, "No such name"));
    }
    open(words.length > 0);
    mark(found.length ? 0 : -1);
  };
  input.addEventListener("input", look);
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { open(false); event.stopPropagation(); event.preventDefault(); }
    else if (event.key === "Enter" && active >= 0 && found.length) { take(found[active]); event.preventDefault(); }
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
      if (list.hidden) open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + found.length) % found.length);
      event.preventDefault();
    }
  });
}

// ---- table -------------------------------------------------------------------------

function table(title, columns, rows, first) {
  const body = make("tbody");
  const row = (item) => make("tr", {}, ...columns.map(({ value, numeric }, at) => {
    const cell = value(item);
    if (at === 0) return make("th", { scope: "row" }, cell);
    return make("td", { className: numeric ? "number" : "" }, cell);
  }));
  const head = make("thead", {}, make("tr", {}, ...columns.map(({ name, numeric }) =>
    make("th", { scope: "col", className: numeric ? "number" : "" }, name))));
  const [, ...more] = filled(body, rows, row, first);
  return [make("table", {}, make("caption", {}, title), head, body), ...more];
}

function buildTables(page, order, { choosePerson, chooseTie }) {
  const { people, ties } = page;
  const group = (person) => (page.groups[people.group[person]] || { name: "" }).name;
  const columns = [
    { name: "Person", value: (person) => button(people.name[person], () => choosePerson(person)) },
    { name: page.colourBy || "group", value: group },
    { name: "papers", numeric: true, value: (person) => number(listLength(people.papers, person)) },
    ...Object.entries(people.measures).map(([name, values]) =>
      ({ name, numeric: true, value: (person) => number(values[person]) })),
  ];
  const strongest = ties.source.map((_, tie) => tie).sort((one, other) => ties.weight[other] - ties.weight[one] || one - other);
  const parts = document.createDocumentFragment();
  parts.append(...table("People", columns, order, 500));
  parts.append(...table("Ties", [
    { name: "Person", value: (tie) => people.name[ties.source[tie]] },
    { name: "wrote with", value: (tie) => people.name[ties.target[tie]] },
    { name: "weight", numeric: true, value: (tie) => number(ties.weight[tie]) },
    { name: "papers", value: (tie) => button(counted(listLength(ties.papers, tie), "paper", "papers"), () => chooseTie(tie)) },
  ], strongest, 500));
  return parts;
}
