// The same as tables, for those who read or hear rather than look.

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

// People and ties that are shown.
function buildTables(page, view, { choosePerson, chooseTie }) {
  const { people, ties } = page;
  const words = (lists, person, labels) => [...lists.of(person)].map((value) => labels[value]).join(", ");
  const columns = [
    { name: "Person", value: (person) => button(people.name[person], () => choosePerson(person)) },
    { name: view.colourBy || "group", value: (person) => view.colouring.name[view.colouring.group[person]] },
    ...(page.teams.length ? [{ name: "teams", value: (person) => words(people.teams, person, page.teams) }] : []),
    { name: "papers", numeric: true, value: (person) => numeral(people.papers.size(person)) },
    ...Object.entries(page.measures).filter(([name]) => name !== "papers").map(([name, values]) =>
      ({ name, numeric: true, value: (person) => measured(name, values[person]) })),
  ];
  const strongest = view.ties().sort((one, other) => ties.weight[other] - ties.weight[one] || one - other);
  const parts = document.createDocumentFragment();
  parts.append(...table("People", columns, view.people(), 500));
  parts.append(...table("Ties", [
    { name: "Person", value: (tie) => people.name[ties.source[tie]] },
    { name: "wrote with", value: (tie) => people.name[ties.target[tie]] },
    { name: "weight", numeric: true, value: (tie) => numeral(ties.weight[tie]) },
    { name: "papers", value: (tie) => button(counted(ties.papers.size(tie), "paper", "papers"), () => chooseTie(tie)) },
  ], strongest, 500));
  return parts;
}
