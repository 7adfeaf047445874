// The state of the page in its address, so that a view can be shared: what follows the #.

function numberIn(text, low, high) {
  const value = Number(text);
  return text !== null && text !== "" && Number.isFinite(value) && value >= low && value <= high ? value : null;
}

function writeAddress({ page, view, graph, chosen, theme }) {
  const said = new URLSearchParams();
  const say = (name, value, usual) => { if (value !== usual && value !== null) said.set(name, value); };
  say("colour", view.colourBy ?? "none", page.colourBy ?? "none");
  say("size", view.sizeBy ?? "none", page.sizeBy ?? "none");
  if (view.hidden.size) say("without", [...view.hidden].sort((a, b) => a - b).join("."));
  if (view.topic >= 0) say("topic", page.topics[view.topic]);
  if (view.team >= 0) say("team", page.teams[view.team]);
  if (view.least > 1) say("papers", view.least);
  if (!view.allYears) { say("since", view.since); say("until", view.until); }
  if (chosen.person !== undefined) say("person", page.people.id[chosen.person]);
  if (chosen.tie !== undefined) {
    say("person", page.people.id[page.ties.source[chosen.tie]]);
    say("with", page.people.id[page.ties.target[chosen.tie]]);
  }
  if (!byId("table").hidden) say("table", "yes");
  say("theme", theme, null);
  if (graph.touched) {
    const { x, y, scale } = graph.camera;
    say("at", [x.toFixed(0), y.toFixed(0), Number(scale.toPrecision(3))].join("_"));
  }
  return String(said);
}

// Set the view from what an address says; words that mean nothing here are passed over.
function readAddress(text, { page, view }) {
  const said = new URLSearchParams(text);
  const named = (name, known, usual) => {
    if (!said.has(name)) return usual;
    return Object.hasOwn(known, said.get(name)) ? said.get(name) : null;
  };
  view.colourWith(named("colour", page.colourings, page.colourBy));
  view.sizeWith(named("size", page.measures, page.sizeBy));
  for (const place of (said.get("without") || "").split(".").filter(Boolean)) {
    if (Number(place) < view.colouring.name.length) view.hidden.add(Number(place));
  }
  view.topic = page.topics.indexOf(said.get("topic"));
  view.team = page.teams.indexOf(said.get("team"));
  view.least = numberIn(said.get("papers"), 0, 1e6) ?? 0;
  if (page.years) {
    view.since = numberIn(said.get("since"), ...page.years) ?? page.years[0];
    view.until = numberIn(said.get("until"), view.since, page.years[1]) ?? page.years[1];
  }
  view.filter();
  const person = page.people.id.indexOf(said.get("person")), other = page.people.id.indexOf(said.get("with"));
  const tie = person < 0 || other < 0 ? undefined : [...page.people.ties.of(person)].find((one) =>
    page.ties.source[one] === other || page.ties.target[one] === other);
  const at = (said.get("at") || "").split("_").map(Number);
  return {
    person: person < 0 || tie !== undefined ? undefined : person,
    tie,
    table: said.get("table") === "yes",
    theme: ["dark", "light"].includes(said.get("theme")) ? said.get("theme") : null,
    at: at.length === 3 && at.every(Number.isFinite) && at[2] > 0 ? { x: at[0], y: at[1], scale: at[2] } : null,
  };
}
