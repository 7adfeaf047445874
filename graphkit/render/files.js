// What can be taken away: the view as a picture, what is shown as data.

function download(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// Paint the view, in the light or dark that is on, with either brush.
function paintView(graph, brush) {
  const { scene, ties, marks } = graph, camera = graph.camera;
  const { width, height } = camera, faint = graph.focus ? 0.18 : 1;
  const seen = ([x, y], margin) => x > -margin && y > -margin && x < width + margin && y < height + margin;
  for (const { source, target, width: thick } of ties) {
    brush.line(graph.onScreen(source, camera), graph.onScreen(target, camera),
      Math.max(thick * camera.scale, 0.4), scene.ink.tie, 0.5 * faint);
  }
  for (const mark of [...marks].reverse()) {
    const place = graph.onScreen(mark, camera), size = Math.max(scene.size[mark] * camera.scale, 1.4);
    const far = graph.focus && !graph.focus.near.has(mark);
    if (seen(place, size)) {
      brush.mark(scene.shapeOf(mark), place, size, far ? scene.ink.faded : scene.colourOf(mark), far ? scene.ink.faded : scene.ink.rim, 0.6);
    }
  }
  graph.paintChosen(brush);
  graph.paintNames(brush);
}

function savePng(graph) {
  const { width, height } = graph.camera;
  const canvas = make("canvas", { width: width * 2, height: height * 2 });
  const ctx = canvas.getContext("2d");
  ctx.scale(2, 2);
  ctx.fillStyle = graph.scene.ink.paper;
  ctx.fillRect(0, 0, width, height);
  paintView(graph, new CanvasBrush(ctx));
  canvas.toBlob((blob) => download("drawing.png", blob), "image/png");
}

function saveSvg(graph) {
  const brush = new SvgBrush(), { width, height } = graph.camera;
  paintView(graph, brush);
  download("drawing.svg", brush.picture(width, height, graph.scene.ink.paper, document.title), "image/svg+xml");
}

// ---- data --------------------------------------------------------------------------

// What is shown, as rows of [column, value].
function rowsShown({ page, view, scene }) {
  const { people, ties, papers } = page;
  const years = (list) => {
    const known = [...list].map((paper) => papers.year[paper]).filter((year) => year !== null);
    return known.length ? [Math.min(...known), Math.max(...known)] : [null, null];
  };
  const person = (at) => {
    const [first, last] = years(people.papers.of(at));
    return {
      id: people.id[at], label: people.name[at],
      group: view.colouring.name[view.colouring.group[at]], link: people.link[at],
      teams: [...people.teams.of(at)].map((team) => page.teams[team]).join("; "),
      papers: people.papers.size(at), first_year: first, last_year: last,
      ...Object.fromEntries(Object.entries(page.measures).filter(([name]) => name !== "papers")
        .map(([name, values]) => [name.replace(/\W/g, "_"), values[at]])),
      x: scene.x[at], y: scene.y[at],
    };
  };
  const tie = (at) => ({
    source: people.id[ties.source[at]], target: people.id[ties.target[at]], weight: ties.weight[at],
    papers: ties.papers.size(at), titles: [...ties.papers.of(at)].map((paper) => papers.title[paper]).join("; "),
  });
  return { people: view.people(), person, ties: view.ties(), tie };
}

// A cell that begins like a formula would be run by a spreadsheet.
function cell(value) {
  if (typeof value === "number") return String(value);
  const text = String(value ?? "").replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function asCsv(rows) {
  if (!rows.length) return "";
  return `\ufeff${[Object.keys(rows[0]), ...rows.map(Object.values)].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

const TEXTS = new Set(["id", "label", "group", "link", "teams", "source", "target", "titles"]);
const kind = (name) => (TEXTS.has(name) ? "string" : "double");

// Attributes of GraphML and of GEXF that are not part of their own vocabulary.
const own = (row, without) => Object.entries(row).filter(([name, value]) => !without.includes(name) && value !== null && value !== "");

function asGraphml(shown) {
  const nodes = shown.people.map(shown.person), edges = shown.ties.map(shown.tie);
  const keys = (rows, domain, without) => [...new Set(rows.flatMap(Object.keys))].filter((name) => !without.includes(name))
    .map((name) => `<key id="${domain}-${name}" for="${domain}" attr.name="${name}" attr.type="${kind(name)}"/>`);
  const data = (row, domain, without) => own(row, without)
    .map(([name, value]) => `<data key="${domain}-${name}">${escaped(value)}</data>`).join("");
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys(nodes.slice(0, 1), "node", ["id"]), ...keys(edges.slice(0, 1), "edge", ["source", "target"]),
    '<graph edgedefault="undirected">',
    ...nodes.map((row) => `<node id="${escaped(row.id)}">${data(row, "node", ["id"])}</node>`),
    ...edges.map((row) => `<edge source="${escaped(row.source)}" target="${escaped(row.target)}">${data(row, "edge", ["source", "target"])}</edge>`),
    "</graph>", "</graphml>", ""].join("\n");
}

function asGexf(shown, { view, scene }) {
  const nodes = shown.people.map(shown.person), edges = shown.ties.map(shown.tie);
  const known = ["id", "label", "x", "y"], ends = ["source", "target", "weight"];
  const declared = (rows, domain, without) => (rows.length ? [`<attributes class="${domain}">`,
    ...Object.keys(rows[0]).filter((name) => !without.includes(name))
      .map((name) => `<attribute id="${name}" title="${name}" type="${kind(name)}"/>`), "</attributes>"] : []);
  const values = (row, without) => `<attvalues>${own(row, without)
    .map(([name, value]) => `<attvalue for="${name}" value="${escaped(value)}"/>`).join("")}</attvalues>`;
  const paint = (person) => {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(view.colourOf(person).slice(at, at + 2), 16));
    return `<viz:color r="${red}" g="${green}" b="${blue}"/><viz:position x="${scene.x[person]}" y="${-scene.y[person]}" z="0"/>`
      + `<viz:size value="${view.size[person]}"/>`;
  };
  return ['<?xml version="1.0" encoding="UTF-8"?>',
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">',
    '<graph defaultedgetype="undirected">', ...declared(nodes, "node", known), ...declared(edges, "edge", ends), "<nodes>",
    ...shown.people.map((person, at) => `<node id="${escaped(nodes[at].id)}" label="${escaped(nodes[at].label)}">`
      + `${values(nodes[at], known)}${paint(person)}</node>`),
    "</nodes>", "<edges>",
    ...edges.map((row, at) => `<edge id="${at}" source="${escaped(row.source)}" target="${escaped(row.target)}" weight="${row.weight ?? 1}">`
      + `${values(row, ends)}</edge>`),
    "</edges>", "</graph>", "</gexf>", ""].join("\n");
}

function buildFiles(world) {
  const shown = () => rowsShown(world());
  const choices = [
    ["PNG picture", () => savePng(world().graph)],
    ["SVG picture", () => saveSvg(world().graph)],
    ["CSV of people", () => { const { people, person } = shown(); download("people.csv", asCsv(people.map(person)), "text/csv"); }],
    ["CSV of ties", () => { const { ties, tie } = shown(); download("ties.csv", asCsv(ties.map(tie)), "text/csv"); }],
    ["GraphML", () => download("network.graphml", asGraphml(shown()), "application/xml")],
    ["GEXF (Gephi)", () => download("network.gexf", asGexf(shown(), world()), "application/xml")],
  ];
  byId("files").append(...choices.map(([text, action]) => button(text, () => { byId("save").open = false; action(); })));
}
