// Details of what is chosen: a person, a tie, or a group.

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

function facts(pairs) {
  return make("dl", {}, ...pairs.map(([name, value]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

// The commonest values of some lists, as words with how often: [[value, count], …].
function commonest(lists, rows, most) {
  const tally = new Map();
  for (const row of rows) for (const value of lists.of(row)) tally.set(value, (tally.get(value) || 0) + 1);
  return [...tally].sort((one, other) => other[1] - one[1]).slice(0, most);
}

function tags(title, found, labels) {
  if (!found.length) return [];
  return [make("h3", {}, title), make("ul", { className: "plain topics" }, ...found.map(([value, count]) =>
    make("li", {}, count > 1 ? `${labels[value]} (${count})` : labels[value])))];
}

function personDetails(page, view, person, neighbours, { choosePerson, chooseTie, close }) {
  const { people, papers } = page;
  const own = people.papers.of(person);
  const parts = document.createDocumentFragment();
  parts.append(detailsTop(people.name[person], close));
  parts.append(make("p", { className: "group" }, dot(view.colourOf(person)),
    view.colouring.name[view.colouring.group[person]]));
  if (people.link[person]) {
    const link = make("span", { className: "link" });
    link.append(outward(people.link[person], people.link[person].replace(/^https?:\/\//i, "")));
    parts.append(link);
  }
  // Topics and teams have no place among people, so most measures are unknown of them.
  const known = Object.entries(page.measures).filter(([name, values]) =>
    name !== "papers" && name !== "degree" && !(people.kind[person] && values[person] === null));
  parts.append(facts([["papers", numeral(own.length)], [people.kind[person] ? "people" : "coauthors", numeral(page.measures.degree?.[person] ?? neighbours.length)],
    ...known.map(([name, values]) => [name, measured(name, values[person])])]));
  parts.append(...tags("Teams", [...people.teams.of(person)].map((team) => [team, 1]), page.teams));
  parts.append(...tags("Topics", commonest(papers.topics, own, 8), page.topics));
  parts.append(make("h3", {}, "Papers"), ...paperList(page, own));
  parts.append(make("h3", {}, people.kind[person] ? "People" : "Coauthors"));
  if (!neighbours.length) parts.append(make("p", { className: "note" }, "None in this network"));
  else {
    parts.append(...filled(make("ul", { className: "plain people" }), neighbours, ({ other, tie }) => {
      const shared = page.ties.papers.size(tie);
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
  const shared = papers.of(tie);
  const parts = document.createDocumentFragment();
  parts.append(detailsTop(counted(shared.length, "paper together", "papers together"), close));
  parts.append(make("ul", { className: "plain people" }, ...[source[tie], target[tie]].map((person) =>
    make("li", {}, button(page.people.name[person], () => choosePerson(person))))));
  parts.append(facts([["weight", numeral(weight[tie])]]));
  parts.append(...tags("Topics", commonest(page.papers.topics, shared, 8), page.topics));
  parts.append(make("h3", {}, "Papers"), ...paperList(page, shared));
  return parts;
}

function groupDetails(page, view, group, open, { choosePerson, close }) {
  const { people } = page;
  const members = group.members.filter((person) => view.shown[person]);
  const papers = new Set();
  for (const person of members) for (const paper of people.papers.of(person)) papers.add(paper);
  const parts = document.createDocumentFragment();
  parts.append(detailsTop(`Around ${group.name}`, close));
  parts.append(facts([["people", numeral(members.length)], ["papers", numeral(papers.size)]]));
  parts.append(open);
  parts.append(...tags("Topics", commonest(page.papers.topics, papers, 8), page.topics));
  parts.append(make("h3", {}, "People"), ...filled(make("ul", { className: "plain people" }), members,
    (person) => make("li", {}, button(people.name[person], () => choosePerson(person)),
      make("span", { className: "count" }, counted(people.papers.size(person), "paper", "papers")))));
  return parts;
}
