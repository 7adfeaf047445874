// What a reader can set: colours with their legend, sizes, filters, and years that play.

const TITLES = { community: "Groups", topic: "Main topics", team: "Teams", "mean year": "Mean year of papers" };
const titleOf = (name) => TITLES[name] || name[0].toUpperCase() + name.slice(1);
const YEAR_LASTS = 700;  // milliseconds, while years play

// `changed(what)` is called when the view has been set, with "colour", "size" or "filter".
class Controls {
  constructor(page, view, changed) {
    this.page = page;
    this.view = view;
    this.changed = changed;
    const choose = (id, names, value, then) => {
      const list = byId(id);
      list.append(...[["", "One for all"], ...names.map((name) => [name, titleOf(name)])]
        .map(([value_, text]) => make("option", { value: value_ }, text)));
      list.value = value || "";
      list.addEventListener("change", () => then(list.value || null));
    };
    choose("colour-by", Object.keys(page.colourings), view.colourBy, (name) => this.colourWith(name));
    choose("size-by", Object.keys(page.measures), view.sizeBy, (name) => this.sizeWith(name));
    this.labelled("topic", page.topics, page.papers.topics);
    this.labelled("team", page.teams, page.people.teams);
    byId("least").addEventListener("input", () => {
      this.view.least = Math.max(0, Math.floor(Number(byId("least").value) || 0));
      this.filtered();
    });
    this.prepareYears();
    byId("all-groups").addEventListener("click", () => { view.hidden.clear(); this.filtered(); byId("groups").querySelector("input").focus(); });
    byId("all-filters").addEventListener("click", () => { this.clear(); byId("least").focus(); });
    byId("legend").hidden = !page.people.id.length;
    byId("filters").hidden = !page.people.id.length;
    byId("legend").open = innerWidth > 760;
    this.write();
  }

  // A list of labels, the commonest first.
  labelled(id, labels, lists) {
    const list = byId(id), counts = new Int32Array(labels.length);
    for (const value of lists.values) counts[value]++;
    const order = [...labels.keys()].sort((one, other) => counts[other] - counts[one] || one - other);
    list.append(make("option", { value: "-1" }, "All"), ...order.map((at) =>
      make("option", { value: String(at) }, `${labels[at]} (${counts[at].toLocaleString("en")})`)));
    list.closest("label").hidden = !labels.length;
    list.addEventListener("change", () => { this.view[id] = Number(list.value); this.filtered(); });
  }

  colourWith(name) { this.view.colourWith(name); this.view.filter(); this.write(); this.changed("colour"); }

  sizeWith(name) { this.view.sizeWith(name); this.write(); this.changed("size"); }

  filtered() { this.view.filter(); this.write(); this.changed("filter"); }

  clear() {
    const { view } = this;
    view.hidden.clear();
    view.topic = view.team = -1;
    view.least = 0;
    [view.since, view.until] = this.page.years || [null, null];
    this.filtered();
  }

  // ---- years ---------------------------------------------------------------------

  prepareYears() {
    const { page, view } = this;
    byId("years").hidden = !page.years || page.years[0] === page.years[1];
    if (byId("years").hidden) return;
    for (const id of ["since", "until"]) {
      const slider = byId(id);
      [slider.min, slider.max] = page.years;
      slider.addEventListener("input", () => {
        this.stop();
        view[id] = Number(slider.value);
        // The other end gives way.
        if (view.since > view.until) view[id === "since" ? "until" : "since"] = view[id];
        this.filtered();
      });
    }
    byId("play").addEventListener("click", () => { if (this.clock) this.stop(); else this.play(); });
  }

  // From the first year on, one year more at a time.
  play() {
    const { page, view } = this;
    if (view.until >= page.years[1]) view.until = view.since;
    this.filtered();
    this.clock = setInterval(() => {
      view.until++;
      this.filtered();
      if (view.until >= page.years[1]) this.stop();
    }, YEAR_LASTS);
    this.showPlaying();
  }

  stop() {
    clearInterval(this.clock);
    this.clock = null;
    this.showPlaying();
  }

  showPlaying() {
    byId("play").setAttribute("aria-pressed", String(Boolean(this.clock)));
    byId("play").textContent = this.clock ? "Pause" : "Play";
  }

  // ---- what is set, written out --------------------------------------------------

  write() {
    const { view, page } = this;
    byId("colour-by").value = view.colourBy || "";
    byId("size-by").value = view.sizeBy || "";
    byId("topic").value = String(view.topic);
    byId("team").value = String(view.team);
    byId("least").value = String(Math.max(1, view.least));
    if (page.years) {
      byId("since").value = view.since;
      byId("until").value = view.until;
      byId("years-said").textContent = view.since === view.until ? String(view.since) : `${view.since}–${view.until}`;
    }
    this.writeLegend();
    const people = view.shown.reduce((sum, one) => sum + one, 0), all = view.shown.length;
    byId("all-filters").hidden = !view.filtered;
    byId("left").textContent = view.filtered
      ? `${people.toLocaleString("en")} of ${counted(all, "person", "people")} shown` : "";
    const size = view.sizeBy ? `Larger circle: higher ${view.sizeBy}. ` : "";
    byId("size-note").textContent = page.ties.source.length ? `${size}Thicker line: stronger tie.` : size;
  }

  writeLegend() {
    const { view } = this, { name, colour, group } = view.colouring;
    const counts = new Int32Array(name.length), left = new Int32Array(name.length);
    group.forEach((place, person) => { counts[place]++; left[place] += view.left[person]; });
    const saidOf = (place) => (left[place] === counts[place] ? "" : `${left[place].toLocaleString("en")} of `)
      + counts[place].toLocaleString("en");
    const focused = [...byId("groups").querySelectorAll("input")].indexOf(document.activeElement);
    byId("groups").replaceChildren(...name.map((label, place) => {
      const box = make("input", { type: "checkbox", checked: !view.hidden.has(place) });
      box.addEventListener("change", () => {
        if (box.checked) view.hidden.delete(place); else view.hidden.add(place);
        this.filtered();
      });
      return make("li", {}, make("label", {}, box, dot(colour[place]),
        make("span", { className: box.checked ? "" : "off" }, label),
        make("span", { className: "count" }, saidOf(place))));
    }));
    if (focused >= 0) byId("groups").querySelectorAll("input")[focused]?.focus();
    byId("all-groups").hidden = !view.hidden.size;
  }
}
