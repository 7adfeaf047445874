// Finding people by name, with suggestions.

function folded(text) { return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase(); }

function buildSearch(page, view, chosen) {
  const input = byId("query"), list = byId("found");
  const { order } = page.people;
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
        dot(view.colourOf(person)), make("span", {}, page.people.name[person]),
        make("span", { className: "count" }, counted(page.people.papers.size(person), "paper", "papers")));
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
