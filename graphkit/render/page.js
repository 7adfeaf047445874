// Reads the data and ties drawing and panel together.

const page = JSON.parse(byId("data").textContent);
const { people, ties } = page;

// Ties of each person: positions in `ties`.
const tiesOf = people.id.map(() => []);
ties.source.forEach((source, tie) => { tiesOf[source].push(tie); tiesOf[ties.target[tie]].push(tie); });
const otherEnd = (tie, person) => (ties.source[tie] === person ? ties.target[tie] : ties.source[tie]);

const graph = new Graph(page, byId("graph"));
window.graphkit = { network: graph.network, nodes: graph.nodes, edges: graph.edges };

function showDetails(parts, said) {
  byId("details").replaceChildren(parts);
  byId("details").hidden = false;
  byId("hint").hidden = true;
  byId("side").scrollTop = 0;
  byId("said").textContent = said;
}

function showTable(on) {
  const section = byId("table");
  if (on && !section.hasChildNodes()) section.append(buildTables(page, graph.order, actions));
  section.hidden = !on;
  byId("as-table").setAttribute("aria-pressed", String(on));
  for (const id of ["fit", "closer", "farther", "move"]) byId(id).hidden = on;
  if (on) section.focus();
}

function neighboursOf(person) {
  return tiesOf[person].map((tie) => ({ tie, other: otherEnd(tie, person) }))
    .sort((one, other) => ties.weight[other.tie] - ties.weight[one.tie]
      || people.name[one.other].localeCompare(people.name[other.other]));
}

const actions = {
  choosePerson(person, { move = true } = {}) {
    const neighbours = neighboursOf(person);
    legend.show(people.group[person]);
    graph.network.selectNodes([person], false);
    showDetails(personDetails(page, person, neighbours, actions),
      `${people.name[person]}: ${counted(neighbours.length, "coauthor", "coauthors")}`);
    const near = [person, ...neighbours.map(({ other }) => other)];
    graph.choose([person], near, tiesOf[person], move);
  },

  chooseTie(tie) {
    const ends = [ties.source[tie], ties.target[tie]];
    for (const end of ends) legend.show(people.group[end]);
    graph.network.setSelection({ nodes: [], edges: [tie] }, { highlightEdges: false });
    graph.choose(ends, ends, [tie]);
    showDetails(tieDetails(page, tie, actions),
      `${people.name[ends[0]]} and ${people.name[ends[1]]}`);
  },

  close() {
    graph.network.unselectAll();
    graph.choose([], [], []);
    byId("details").hidden = true;
    byId("details").replaceChildren();
    byId("hint").hidden = !people.id.length;
    byId("said").textContent = "";
  },
};

// From the panel, the focus goes on to the panel's new content, not to nowhere.
function thenFocus(action) {
  return (...given) => {
    const inside = byId("details").contains(document.activeElement);
    action(...given);
    if (!inside) return;
    if (byId("details").hidden) byId("query").focus(); else byId("details").focus();
  };
}
for (const name of Object.keys(actions)) actions[name] = thenFocus(actions[name]);

graph.network.on("click", ({ nodes, edges }) => {
  if (nodes.length) actions.choosePerson(nodes[0], { move: false });
  else if (edges.length) actions.chooseTie(edges[0]);
  else actions.close();
});

const legend = buildLegend(page, (hidden) => graph.hideGroups(hidden));
buildSearch(page, graph.order, (person) => actions.choosePerson(person));

byId("fit").addEventListener("click", () => graph.fit());
byId("closer").addEventListener("click", () => graph.zoom(1.4));
byId("farther").addEventListener("click", () => graph.zoom(1 / 1.4));
byId("move").addEventListener("click", () => {
  const on = byId("move").getAttribute("aria-pressed") !== "true";
  byId("move").setAttribute("aria-pressed", String(on));
  graph.moveFreely(on);
});
byId("as-table").addEventListener("click", () => showTable(byId("table").hidden));
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) {
    if (byId("details").hidden && !byId("table").hidden) byId("as-table").click();
    else actions.close();
  }
  else if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    byId("query").focus();
    event.preventDefault();
  }
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.readTheme());

const empty = byId("empty");
byId("graph").setAttribute("aria-label", `Drawing of ${counted(people.id.length, "person", "people")} and `
  + `${counted(ties.source.length, "tie", "ties")}; arrow keys move it, plus and minus zoom. The table holds the same.`);
if (!people.id.length) {
  empty.textContent = "There are no people in this network.";
  for (const id of ["search", "tools", "hint"]) byId(id).hidden = true;
} else if (!ties.source.length) {
  empty.textContent = people.id.length === 1
    ? "One person, and nobody they wrote with." : "Nobody here wrote with another.";
  empty.classList.add("below");
}
empty.hidden = !empty.textContent;
