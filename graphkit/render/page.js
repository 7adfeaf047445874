// Reads the data and ties drawing, panel and controls together.

async function start() {
  if (typeof DecompressionStream === "undefined") {
    byId("empty").textContent = "This browser is too old to unpack the drawing: it needs one of 2023 or later.";
    byId("empty").hidden = false;
    return;
  }
  const page = prepared(await unpacked(byId("data").textContent));
  const { people, ties } = page;
  const view = new View(page);
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  let chosen = {};
  let theme = null;   // of the reader's choice; else that of the system

  function dress() {
    const wanted = theme || (darkness.matches ? "dark" : "light");
    if (document.documentElement.dataset.theme === wanted) return;
    document.documentElement.dataset.theme = wanted;
    byId("theme").setAttribute("aria-pressed", String(wanted === "dark"));
    world.graph?.readTheme();
  }

  // What others ask for: all that the page now is.
  const world = { page, view, graph: null, get chosen() { return chosen; }, get theme() { return theme; } };
  let asked = readAddress(location.hash.slice(1), world);
  theme = asked.theme;
  dress();

  const remember = debounced(() => {
    const words = writeAddress(world);
    if (location.hash.slice(1) === words) return;
    // A page in a notebook's frame has no address of its own.
    if (location.protocol !== "about:") history.replaceState(null, "", `#${words}`);
  }, 200);

  const graph = world.graph = new Graph(page, view, byId("graph"), {
    chosen({ person, tie, group }) {
      if (person !== undefined) actions.choosePerson(person, { move: false });
      else if (tie !== undefined) actions.chooseTie(tie);
      else if (group !== undefined) actions.chooseGroup(group);
      else actions.close();
    },
    moved: remember,
  });
  world.scene = graph.scene;

  function showDetails(parts, said) {
    byId("details").replaceChildren(parts);
    byId("details").hidden = false;
    byId("hint").hidden = true;
    byId("side").scrollTop = 0;
    byId("said").textContent = said;
    remember();
  }

  function showTable(on) {
    const section = byId("table");
    if (on) section.replaceChildren(buildTables(page, view, actions));
    section.hidden = !on;
    byId("as-table").setAttribute("aria-pressed", String(on));
    for (const id of ["fit", "closer", "farther", "move"]) byId(id).hidden = on || (id === "move" && page.inGroups);
    remember();
  }

  function neighboursOf(person) {
    return [...people.ties.of(person)]
      .map((tie) => ({ tie, other: ties.source[tie] === person ? ties.target[tie] : ties.source[tie] }))
      .sort((one, other) => ties.weight[other.tie] - ties.weight[one.tie]
        || people.name[one.other].localeCompare(people.name[other.other]));
  }

  // Whoever is asked for is shown, whatever was set to leave them out.
  function reveal(...wanted) {
    const hidden = wanted.filter((person) => view.reveal(person));
    if (hidden.length) { controls.write(); graph.update(); }
  }

  const actions = {
    choosePerson(person, { move = true } = {}) {
      chosen = { person };
      reveal(person);
      graph.uncover(person);
      const neighbours = neighboursOf(person);
      showDetails(personDetails(page, view, person, neighbours, actions),
        `${people.name[person]}: ${counted(neighbours.length, "coauthor", "coauthors")}`);
      graph.choose([person], [person, ...neighbours.map(({ other }) => other)], people.ties.of(person), move);
    },

    chooseTie(tie) {
      chosen = { tie };
      const ends = [ties.source[tie], ties.target[tie]];
      reveal(...ends);
      showDetails(tieDetails(page, tie, actions), `${people.name[ends[0]]} and ${people.name[ends[1]]}`);
      graph.choose(ends, ends, [tie]);
    },

    chooseGroup(mark) {
      chosen = {};
      const group = graph.scene.groupOf(mark);
      const open = button("Open this group", () => { actions.close(); graph.openGroup(mark); }, { className: "main" });
      showDetails(groupDetails(page, view, group, open, actions), `Group around ${group.name}`);
      graph.choose([mark], [mark], []);
    },

    close() {
      chosen = {};
      graph.choose([], [], []);
      byId("details").hidden = true;
      byId("details").replaceChildren();
      byId("hint").hidden = !people.id.length;
      byId("said").textContent = "";
      remember();
    },
  };

  // From the panel, the focus goes on to the panel's new content, not to nowhere.
  for (const [name, action] of Object.entries(actions)) {
    actions[name] = (...given) => {
      const inside = byId("details").contains(document.activeElement);
      action(...given);
      if (!inside) return;
      if (byId("details").hidden) byId("query").focus(); else byId("details").focus();
    };
  }

  const controls = new Controls(page, view, (what) => {
    if (what === "filter") {
      byId("said").textContent = byId("left").textContent;
      if (chosen.person !== undefined && !view.shown[chosen.person]) actions.close();
    }
    graph.update();
    if (what === "colour" && chosen.person !== undefined) actions.choosePerson(chosen.person, { move: false });
    if (!byId("table").hidden) showTable(true);
    remember();
  });
  buildSearch(page, view, (person) => actions.choosePerson(person));
  buildFiles(() => world);

  byId("fit").addEventListener("click", () => graph.fit());
  byId("closer").addEventListener("click", () => graph.zoom(1.4));
  byId("farther").addEventListener("click", () => graph.zoom(1 / 1.4));
  byId("move").hidden = page.inGroups;
  byId("move").addEventListener("click", () => {
    const on = byId("move").getAttribute("aria-pressed") !== "true";
    byId("move").setAttribute("aria-pressed", String(on));
    graph.moveFreely(on);
  });
  byId("as-table").addEventListener("click", () => { showTable(byId("table").hidden); if (!byId("table").hidden) byId("table").focus(); });
  byId("theme").addEventListener("click", () => {
    theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    dress();
    remember();
  });
  darkness.addEventListener("change", dress);
  addEventListener("pointerdown", ({ target }) => { if (!byId("save").contains(target)) byId("save").open = false; });
  const steps = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };
  byId("graph").addEventListener("keydown", (event) => {
    if (event.key in steps) graph.pan(...steps[event.key]);
    else if (event.key === "+" || event.key === "=") graph.zoom(1.4);
    else if (event.key === "-") graph.zoom(1 / 1.4);
    else if (event.key === "0") graph.fit();
    else return;
    event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      if (byId("save").open) byId("save").open = false;
      else if (byId("details").hidden && !byId("table").hidden) byId("as-table").click();
      else actions.close();
    } else if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
      byId("query").focus();
      event.preventDefault();
    }
  });

  // What the address asks for, now that all stands.
  function obey() {
    theme = asked.theme;
    dress();
    showTable(asked.table);
    if (asked.person !== undefined) actions.choosePerson(asked.person, { move: !asked.at });
    else if (asked.tie !== undefined) actions.chooseTie(asked.tie);
    else if (!byId("details").hidden) actions.close();
    if (asked.at) { graph.touched = true; graph.show(asked.at, false); }
  }
  addEventListener("hashchange", () => {
    asked = readAddress(location.hash.slice(1), world);
    controls.write();
    graph.update();
    obey();
  });
  obey();

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
  if (page.inGroups) {
    byId("hint").textContent = "Each disc is a group of people who write with each other. Zoom in, or double-click one, to open it. "
      + (graph.kind === "webgl" ? "" : "No graphics card was found: people are shown where you look closer.");
  }
  window.graphkit = world;
  document.documentElement.dataset.ready = "yes";
}

start();
