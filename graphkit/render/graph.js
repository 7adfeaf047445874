// The drawing itself: vis-network holds people and ties and finds what is under the
// pointer; circles and names are painted here, so that dimming and names that keep
// their size cost one repaint and no update of thousands of nodes.

const CLOSEST = 1.8;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

class Graph {
  constructor(page, element) {
    const { people, ties, options } = page;
    this.page = page;
    this.count = people.id.length;
    // A tall window gets the picture turned, so that it fills it.
    const width = Math.max(...people.x.map(Math.abs), 1);
    const height = Math.max(...people.y.map(Math.abs), 1);
    const turned = (width > height) !== (element.clientWidth > element.clientHeight);
    const [x, y] = turned ? [people.y, people.x] : [people.x, people.y];
    this.widths = null;
    this.ink = {};
    this.focus = null;
    this.order = people.size.map((_, person) => person).sort((one, other) =>
      people.size[other] - people.size[one]
      || listLength(people.papers, other) - listLength(people.papers, one) || one - other);
    this.nodes = new vis.DataSet(people.id.map((author, person) => ({
      id: person, author, label: people.name[person], title: people.name[person],
      x: x[person], y: y[person], size: people.size[person], shape: "custom",
    })));
    this.edges = new vis.DataSet(ties.source.map((source, tie) => ({
      id: tie, from: source, to: ties.target[tie], width: ties.width[tie],
    })));
    this.network = new vis.Network(element, { nodes: this.nodes, edges: this.edges }, {
      ...options,
      nodes: { shape: "custom", ctxRenderer: (node) => this.drawNode(node) },
    });
    this.network.on("beforeDrawing", () => { this.veiled = false; });
    this.network.on("resize", () => this.later(() => this.fitUntouched()));
    this.network.on("dragEnd", (event) => { if (event.nodes.length) this.later(() => this.arrangeLabels()); });
    for (const event of ["zoom", "dragStart"]) this.network.on(event, () => { this.touched = true; });
    this.readTheme();
    this.fit(false);
  }

  // Once, in the next frame, however often it is asked for.
  later(action) {
    cancelAnimationFrame(this.pending);
    this.pending = requestAnimationFrame(action);
  }

  readTheme() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["paper", "ink", "soft", "tie", "tie-chosen", "rim", "accent"]) {
      this.ink[name] = style.getPropertyValue(`--${name}`).trim();
    }
    const dense = this.page.ties.source.length > 1500;
    this.network.setOptions({ edges: {
      color: {
        color: this.ink.tie, highlight: this.ink.accent, hover: this.ink["tie-chosen"],
        inherit: false, opacity: dense ? 0.3 : 0.5,
      },
    } });
    this.network.redraw();
  }

  // ---- painting ------------------------------------------------------------------

  drawNode({ ctx, id, x, y, state }) {
    const size = this.page.people.size[id];
    const near = !this.focus || this.focus.near.has(id);
    const scale = this.scale || this.network.getScale();
    return {
      drawNode: () => {
        if (!this.veiled) this.drawVeil(ctx);
        const group = this.page.groups[this.page.people.group[id]];
        ctx.globalAlpha = near ? 1 : 0.13;
        ctx.beginPath();
        ctx.arc(x, y, Math.max(size, 1.4 / scale), 0, 2 * Math.PI);
        ctx.fillStyle = group ? group.colour : this.ink.soft;
        ctx.fill();
        const chosen = this.focus && this.focus.chosen.has(id);
        // A thin line of the paper's colour parts a circle from what lies behind it.
        if (chosen || state.hover) {
          ctx.lineWidth = 3 / scale;
          ctx.strokeStyle = this.ink.ink;
        } else {
          ctx.lineWidth = Math.min(1.1 / scale, size / 4);
          ctx.strokeStyle = this.ink.rim;
          ctx.globalAlpha *= 0.55;
        }
        ctx.stroke();
      },
      drawExternalLabel: this.labelled(id, state, scale)
        ? () => this.drawLabel(ctx, id, x, y, scale, state) : null,
      nodeDimensions: { width: 2 * size, height: 2 * size },
    };
  }

  // Between ties and people: fades all ties with one stroke of the brush, then draws
  // those of the chosen person once more.
  drawVeil(ctx) {
    this.veiled = true;
    this.scale = this.network.getScale();
    if (!this.focus) return;
    const corner = this.network.DOMtoCanvas({ x: 0, y: 0 });
    const { clientWidth, clientHeight } = this.network.canvas.frame;
    ctx.globalAlpha = 0.82;
    ctx.fillStyle = this.ink.paper;
    ctx.fillRect(corner.x, corner.y, clientWidth / this.scale, clientHeight / this.scale);
    ctx.globalAlpha = 0.85;
    ctx.strokeStyle = this.ink["tie-chosen"];
    const { source, target, width } = this.page.ties;
    const bodies = this.network.body.nodes;
    for (const tie of this.focus.ties) {
      const one = bodies[source[tie]], other = bodies[target[tie]];
      if (one.options.hidden || other.options.hidden) continue;
      ctx.lineWidth = Math.max(width[tie], 1 / this.scale);
      ctx.beginPath();
      ctx.moveTo(one.x, one.y);
      ctx.lineTo(other.x, other.y);
      ctx.stroke();
    }
  }

  labelled(person, state, scale) {
    if (!this.labels) return false;
    if (state.hover) return true;
    const name = (this.focus || this).labels.get(person);
    return name !== undefined && scale * 1.001 >= name.scale;
  }

  drawLabel(ctx, person, x, y, scale, state) {
    const chosen = this.focus && this.focus.chosen.has(person);
    ctx.globalAlpha = 1;
    ctx.font = `${chosen || state.hover ? "600 " : ""}${FONT_SIZE / scale}px ${FONT}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.5 / scale;
    ctx.strokeStyle = this.ink.paper;
    ctx.fillStyle = this.ink.ink;
    const text = shortened(this.page.people.name[person]);
    const place = { x, y, size: this.page.people.size[person], width: this.widths[person] };
    const { labels, sides } = this.focus || this;
    const side = labels.get(person)?.side ?? sides[person]?.[0] ?? 0;
    const box = nameBox(place, side, scale);
    const middle = [(box[0] + box[2]) / 2 / scale, (box[1] + box[3]) / 2 / scale];
    ctx.strokeText(text, ...middle);
    ctx.fillText(text, ...middle);
  }

  // ---- names ---------------------------------------------------------------------

  measureNames() {
    const ctx = document.createElement("canvas").getContext("2d");
    ctx.font = `${FONT_SIZE}px ${FONT}`;
    return this.page.people.name.map((name) => ctx.measureText(shortened(name)).width);
  }

  placesOf(order) {
    this.widths ||= this.measureNames();
    const places = [];
    for (const person of order) {
      const { x, y } = this.network.body.nodes[person];
      places[person] = { x, y, size: this.page.people.size[person], width: this.widths[person] };
    }
    return places;
  }

  visible() {
    const bodies = this.network.body.nodes;
    return this.order.filter((person) => !bodies[person].options.hidden);
  }

  // On which sides of each circle its name may stand in this view.
  sidesOf(order, places, { x, y, scale }) {
    const { clientWidth: width, clientHeight: height } = this.network.canvas.frame;
    const frame = [x * scale - width / 2, y * scale - height / 2, x * scale + width / 2, y * scale + height / 2];
    const sides = [];
    bestSides(order.map((person) => places[person]), scale, frame)
      .forEach((side, at) => { sides[order[at]] = side; });
    return sides;
  }

  arrangeLabels() {
    if (!this.overview) return;
    const order = this.visible(), places = this.placesOf(order);
    const { clientWidth, clientHeight } = this.network.canvas.frame;
    const most = Math.max(8, (clientWidth * clientHeight) / PIXELS_PER_LABEL);
    this.sides = this.sidesOf(order, places, this.overview);
    this.labels = arrangeNames(order, places, this.sides, this.fitScale, most);
    if (this.focus) this.arrangeFocus();
    this.network.redraw();
  }

  arrangeFocus() {
    const shown = this.visible().filter((person) => this.focus.near.has(person));
    const [chosen, others] = [true, false].map((yes) => shown.filter((person) => this.focus.chosen.has(person) === yes));
    const order = [...chosen, ...others], places = this.placesOf(order);
    this.focus.sides = this.sidesOf(order, places, this.focus.view);
    this.focus.labels = arrangeNames(order, places, this.focus.sides, this.fitScale, Infinity);
    for (const person of chosen) this.focus.labels.set(person, { scale: 0, side: this.focus.sides[person][0] });
  }

  // ---- the view ------------------------------------------------------------------

  // The smallest box around these circles, and the scale at which it fills the window.
  frameOf(people) {
    const bodies = this.network.body.nodes;
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (const person of people) {
      const { x, y } = bodies[person], size = this.page.people.size[person];
      left = Math.min(left, x - size); right = Math.max(right, x + size);
      top = Math.min(top, y - size); bottom = Math.max(bottom, y + size);
    }
    const { clientWidth: width, clientHeight: height } = this.network.canvas.frame;
    // Room for names at the sides and for the buttons below.
    const side = Math.min(56, width / 12), above = 24, below = 68;
    const scale = Math.max(1e-3, Math.min(CLOSEST,
      (width - 2 * side) / (right - left), (height - above - below) / (bottom - top)));
    return { x: (left + right) / 2, y: (top + bottom) / 2 + (below - above) / 2 / scale, scale };
  }

  fit(animated = true) {
    const people = this.visible();
    if (!people.length || !this.network.canvas.frame.clientWidth) return;
    const frame = this.frameOf(people);
    this.fitScale = frame.scale;
    this.overview = frame;
    this.touched = false;
    this.show(frame, animated);
    this.arrangeLabels();
  }

  fitUntouched() {
    if (this.touched || this.focus) this.network.redraw();
    else this.fit(false);
  }

  show({ x, y, scale }, animated) {
    const animation = animated && !calm.matches && this.count < 2000
      ? { duration: 350, easingFunction: "easeInOutQuad" } : false;
    this.network.moveTo({ position: { x, y }, scale, animation });
  }

  zoom(factor) {
    this.touched = true;
    this.show({ ...this.network.getViewPosition(), scale: this.network.getScale() * factor }, true);
  }

  // Dim all but `near`; with `move`, bring those into view, though never from farther
  // away than the whole drawing is seen from.
  choose(chosen, near, ties, move = false) {
    this.focus = null;
    if (chosen.length) {
      // The panel may just have taken room from the drawing.
      if (move) this.network.setSize("100%", "100%");
      const frame = this.frameOf(near);
      const view = move ? { ...frame, scale: Math.max(frame.scale, this.fitScale) }
        : { ...this.network.getViewPosition(), scale: this.network.getScale() };
      this.focus = { chosen: new Set(chosen), near: new Set(near), ties, view };
      this.arrangeFocus();
      if (move) {
        this.touched = true;
        this.show(view, true);
      }
    }
    this.network.redraw();
  }

  hideGroups(hidden) {
    const { group } = this.page.people;
    const changed = [];
    for (let person = 0; person < this.count; person++) {
      const hide = hidden.has(group[person]);
      if (this.network.body.nodes[person].options.hidden !== hide) changed.push({ id: person, hidden: hide });
    }
    this.nodes.update(changed);
    this.arrangeLabels();
  }

  moveFreely(on) {
    clearInterval(this.clock);
    this.network.setOptions({ physics: { enabled: on } });
    if (on) {
      this.network.startSimulation();
      this.clock = setInterval(() => this.follow(), 700);
    } else {
      this.network.stopSimulation();
      this.follow();
    }
  }

  // Names, and the view unless somebody is looking closer, go where people have moved.
  follow() {
    if (this.touched || this.focus) this.arrangeLabels();
    else this.fit();
  }
}
