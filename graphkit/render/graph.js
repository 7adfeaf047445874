// The drawing: what is shown where, seen from where, with which names. Marks and ties are
// painted by an engine; names, and what is chosen, on a sheet above it, so that dimming all
// else costs no repaint of thousands of marks.

const CLOSEST = 1.8;
// How many people and how many lines may be open at once.
const ROOM = { canvas: { people: 1500, lines: 12000 }, webgl: { people: Infinity, lines: 150000 } };
const NAMED = 4000;  // for so many marks at once places for names are looked for
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function outline(ctx, shape, x, y, size) {
  ctx.beginPath();
  if (shape === 0) ctx.arc(x, y, size, 0, 2 * Math.PI);
  else if (shape === 1) ctx.rect(x - size * 0.88, y - size * 0.88, size * 1.76, size * 1.76);
  else {
    ctx.moveTo(x, y - size * 1.2); ctx.lineTo(x + size * 1.2, y);
    ctx.lineTo(x, y + size * 1.2); ctx.lineTo(x - size * 1.2, y);
    ctx.closePath();
  }
}

// What an engine asks about marks: people, and groups of them.
class Scene {
  constructor(page, view, turned, room) {
    const { people, ties } = page;
    this.view = view;
    this.people = people;
    this.count = people.id.length;
    this.tieCount = ties.source.length;
    this.ink = {};
    const [x, y] = turned ? [people.y, people.x] : [people.x, people.y];
    this.levels = page.inGroups ? new Levels(page, x, y, room) : null;
    const groups = this.levels ? this.levels.groups : [];
    const column = (values, name) => Float32Array.from([...values, ...groups.map((group) => group[name])]);
    this.x = column(x, "x");
    this.y = column(y, "y");
    this.size = column(view.size, "size");
    this.colours = new Map();
  }

  isGroup(mark) { return mark >= this.count; }

  groupOf(mark) { return this.levels.groups[mark - this.count]; }

  shapeOf(mark) { return this.isGroup(mark) ? 0 : this.people.kind[mark]; }

  colourOf(mark) {
    if (!this.isGroup(mark)) return this.view.colourOf(mark);
    if (!this.colours.has(mark)) this.colours.set(mark, this.levels.colourOf(mark - this.count, this.view));
    return this.colours.get(mark);
  }

  nameOf(mark) {
    if (!this.isGroup(mark)) return this.people.name[mark];
    const group = this.groupOf(mark);
    return group.shown === 1 ? group.name : `${group.name} + ${(group.shown - 1).toLocaleString("en")}`;
  }

  // After the view has changed: what to draw.
  marks() {
    this.size.set(this.view.size);
    this.colours.clear();
    if (this.levels) return this.levels.marks(this.view);
    const { source, target, width } = this.view.page.ties;
    return {
      marks: this.view.people(),
      ties: this.view.ties().map((tie) => ({ id: tie, source: source[tie], target: target[tie], width: width[tie], ties: 1 })),
    };
  }
}

class Graph {
  // `heard`: {chosen(person, tie, group), moved()}
  constructor(page, view, element, heard) {
    this.page = page;
    this.view = view;
    this.heard = heard;
    this.element = element;
    this.focus = null;
    // A tall window gets the picture turned, so that it fills it.
    const wide = ([low, high]) => high - low;
    const turned = (wide(range(page.people.x)) > wide(range(page.people.y)))
      !== (element.clientWidth > element.clientHeight);
    const card = page.inGroups && hasGraphicsCard();
    this.kind = card ? "webgl" : "canvas";
    this.scene = new Scene(page, view, turned, ROOM[this.kind]);
    this.sheet = make("canvas", { id: "sheet", "aria-hidden": "true" });
    const below = make("div", { id: "marks" });
    element.append(below, this.sheet);
    this.engine = new (card ? WebglEngine : CanvasEngine)(below, this.scene, {
      painted: () => this.paintSheet(),
      resized: () => requestAnimationFrame(() => this.fitUntouched()),
      chosen: (mark, tie) => this.chosen(mark, tie),
      opened: (mark) => { if (mark !== undefined && this.scene.isGroup(mark)) this.openGroup(mark); },
      hovered: (mark, tie) => this.hovered(mark, tie),
      moved: () => this.moved(),
    });
    this.settled = debounced(() => this.look(), 120);
    element.addEventListener("pointermove", ({ clientX, clientY }) => { this.pointer = [clientX, clientY]; });
    this.readTheme();
    this.update();
    this.fit(false);
    this.look();
  }

  readTheme() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["paper", "ink", "soft", "faded", "tie", "tie-chosen", "rim"]) {
      this.scene.ink[name] = style.getPropertyValue(`--${name}`).trim();
    }
    const { ink } = this.scene;
    this.engine.dress({ tie: ink.tie, tieChosen: ink["tie-chosen"] }, this.scene.tieCount > 1500 ? 0.3 : 0.5);
    this.engine.paint();
  }

  // ---- what is shown -------------------------------------------------------------

  update() {
    ({ marks: this.marks, ties: this.ties } = this.scene.marks());
    this.engine.show(this.marks, this.ties);
    this.tieById = null;
    this.arrangeNames();
  }

  // After moving: open what one is looking at.
  look() {
    const { levels } = this.scene;
    if (levels && levels.look(this.camera)) this.update();
    else if (levels) this.arrangeNames();
    this.heard.moved();
  }

  moved() {
    this.touched = true;
    this.settled();
  }

  openGroup(mark) {
    const group = this.scene.groupOf(mark);
    this.scene.levels.pinned.add(mark - this.scene.count);
    this.show(this.frameOf([mark], group.reach), true);
    this.look();
  }

  closeGroup(mark) {
    this.scene.levels.pinned.delete(mark - this.scene.count);
    this.look();
  }

  // A person in a closed group is brought into sight.
  uncover(person) {
    const { levels } = this.scene;
    if (!levels) return;
    levels.pinned.clear();
    levels.pinned.add(levels.groupOf[person]);
    if (!levels.open.has(levels.groupOf[person])) this.look();
  }

  chosen(mark, tie) {
    if (mark !== undefined && this.scene.isGroup(mark)) this.heard.chosen({ group: mark });
    else if (mark !== undefined) this.heard.chosen({ person: mark });
    else if (Number.isInteger(tie)) this.heard.chosen({ tie });
    else if (tie !== undefined) this.heard.chosen({ group: Math.max(...tie.split("-").map(Number)) });
    else this.heard.chosen({});
  }

  hovered(mark, tie) {
    this.element.style.cursor = mark === undefined && tie === undefined ? "" : "pointer";
    const tip = byId("tip");
    tip.hidden = mark === undefined && tie === undefined;
    if (tip.hidden) return;
    tip.textContent = mark === undefined ? this.wordsOf(tie) : this.scene.nameOf(mark);
    const [x, y] = this.pointer || [0, 0];
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 14, innerHeight - height - 4))}px`;
  }

  wordsOf(id) {
    this.tieById ||= new Map(this.ties.map((tie) => [tie.id, tie]));
    const { source, target, ties } = this.tieById.get(id);
    const names = `${this.scene.nameOf(source)} – ${this.scene.nameOf(target)}`;
    return Number.isInteger(id)
      ? `${names}: ${counted(this.page.ties.papers.size(id), "paper", "papers")}` : `${names}: ${counted(ties, "tie", "ties")}`;
  }

  // ---- the sheet above -----------------------------------------------------------

  get camera() { return { ...this.engine.camera, ...this.engine.frame }; }

  paintSheet() {
    const { width, height } = this.engine.frame, dense = devicePixelRatio || 1;
    if (this.sheet.width !== Math.round(width * dense) || this.sheet.height !== Math.round(height * dense)) {
      this.sheet.width = Math.round(width * dense);
      this.sheet.height = Math.round(height * dense);
    }
    const ctx = this.sheet.getContext("2d");
    ctx.setTransform(dense, 0, 0, dense, 0, 0);
    ctx.clearRect(0, 0, width, height);
    this.paintChosen(new CanvasBrush(ctx));
    this.paintNames(new CanvasBrush(ctx));
  }

  // Where a mark is on the screen.
  onScreen(mark, camera = this.camera) {
    const { x, y, scale, width, height } = camera;
    return [(this.scene.x[mark] - x) * scale + width / 2, (this.scene.y[mark] - y) * scale + height / 2];
  }

  paintChosen(brush) {
    if (!this.focus) return;
    const { camera, scene } = this, { ink } = scene;
    const { source, target, width } = this.page.ties;
    for (const tie of this.focus.ties) {
      if (!this.view.tieShown[tie]) continue;
      brush.line(this.onScreen(source[tie], camera), this.onScreen(target[tie], camera),
        Math.max(width[tie] * camera.scale, 1), ink["tie-chosen"], this.focus.ties.length > 40 ? 0.4 : 0.85);
    }
    for (const mark of this.focus.near) {
      if (!scene.isGroup(mark) && !this.view.shown[mark]) continue;
      const chosen = this.focus.chosen.has(mark);
      brush.mark(scene.shapeOf(mark), this.onScreen(mark, camera), Math.max(scene.size[mark] * camera.scale, 1.4),
        scene.colourOf(mark), chosen ? ink.ink : ink.rim, chosen ? 3 : 0.8);
    }
  }

  paintNames(brush) {
    const { camera, scene } = this;
    const { names, sides } = this.focus || this;
    if (!names) return;
    for (const [mark, { scale, side }] of names) {
      if (camera.scale * 1.001 < scale) continue;
      const place = this.placeOf(mark);
      const box = nameBox(place, side ?? sides[mark]?.[0] ?? 0, camera.scale);
      const east = (box[0] + box[2]) / 2 - camera.x * camera.scale + camera.width / 2;
      const south = (box[1] + box[3]) / 2 - camera.y * camera.scale + camera.height / 2;
      if (east < -200 || east > camera.width + 200 || south < -20 || south > camera.height + 20) continue;
      brush.name(shortened(scene.nameOf(mark)), [east, south],
        this.focus?.chosen.has(mark) ? 600 : 400, scene.ink.ink, scene.ink.paper);
    }
  }

  // ---- names ---------------------------------------------------------------------

  widthOf(mark) {
    this.widths ||= new Map();
    this.pen ||= Object.assign(document.createElement("canvas").getContext("2d"), { font: `${FONT_SIZE}px ${FONT}` });
    const name = shortened(this.scene.nameOf(mark));
    if (!this.widths.has(name)) this.widths.set(name, this.pen.measureText(name).width);
    return this.widths.get(name);
  }

  placeOf(mark) {
    const { x, y, size } = this.scene;
    return { x: x[mark], y: y[mark], size: size[mark], width: this.widthOf(mark) };
  }

  // On which sides of each circle its name may stand in this view: sides by mark.
  sidesOf(order, places, { x, y, scale }) {
    const { width, height } = this.engine.frame;
    const frame = [x * scale - width / 2, y * scale - height / 2, x * scale + width / 2, y * scale + height / 2];
    const sides = [];
    bestSides(order.map((mark) => places[mark]), scale, frame)
      .forEach((side, at) => { sides[order[at]] = side; });
    return sides;
  }

  // The marks in the window, the largest first.
  inSight() {
    const { camera } = this;
    return this.marks.filter((mark) => {
      const [x, y] = this.onScreen(mark, camera);
      return x > -50 && y > -50 && x < camera.width + 50 && y < camera.height + 50;
    }).sort((one, other) => this.scene.size[other] - this.scene.size[one]);
  }

  arrangeNames() {
    if (!this.overview) return;
    // With levels of detail, what stands there changes as one moves: places are looked for anew.
    const view = this.scene.levels ? this.engine.camera : this.overview;
    const order = (this.scene.levels ? this.inSight() : this.marks).slice(0, NAMED);
    const places = [];
    for (const mark of order) places[mark] = this.placeOf(mark);
    const { width, height } = this.engine.frame;
    const most = Math.max(8, (width * height) / PIXELS_PER_LABEL);
    this.sides = this.sidesOf(order, places, view);
    this.names = arrangeNames(order, places, this.sides, view.scale, most, FOREMOST);
    if (this.focus) this.arrangeFocus();
    this.engine.paint();
  }

  arrangeFocus() {
    const { chosen, near, view } = this.focus;
    const seen = (mark) => this.scene.isGroup(mark) || this.view.shown[mark];
    const order = [...near].filter(seen).sort((one, other) =>
      chosen.has(other) - chosen.has(one) || this.scene.size[other] - this.scene.size[one]);
    const places = [];
    for (const mark of order) places[mark] = this.placeOf(mark);
    this.focus.sides = this.sidesOf(order, places, view);
    this.focus.names = arrangeNames(order, places, this.focus.sides, view.scale, Infinity, Infinity);
    for (const mark of chosen) {
      if (seen(mark)) this.focus.names.set(mark, { scale: 0, side: this.focus.sides[mark][0] });
    }
  }

  // ---- the camera ----------------------------------------------------------------

  // The smallest box around these marks, and the scale at which it fills the window.
  frameOf(marks, reach = 0) {
    const { x, y, size } = this.scene;
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (const mark of marks) {
      const radius = Math.max(size[mark], reach);
      left = Math.min(left, x[mark] - radius); right = Math.max(right, x[mark] + radius);
      top = Math.min(top, y[mark] - radius); bottom = Math.max(bottom, y[mark] + radius);
    }
    const { width, height } = this.engine.frame;
    // Room for names at the sides and for the buttons below.
    const side = Math.min(56, width / 12), above = 24, below = 68;
    const scale = Math.max(1e-4, Math.min(CLOSEST,
      (width - 2 * side) / (right - left), (height - above - below) / (bottom - top)));
    return { x: (left + right) / 2, y: (top + bottom) / 2 + (below - above) / 2 / scale, scale };
  }

  fit(animated = true) {
    if (!this.marks.length || !this.engine.frame.width) return;
    this.overview = this.frameOf(this.marks);
    this.show(this.overview, animated);
    this.touched = false;
    this.arrangeNames();
  }

  fitUntouched() {
    this.engine.resize();
    if (this.touched || this.focus) this.engine.paint();
    else this.fit(false);
  }

  show(place, animated) {
    this.engine.moveTo(place, animated && !calm.matches && this.marks.length < 2000);
    this.settled();
  }

  zoom(factor) {
    this.touched = true;
    const { x, y, scale } = this.engine.camera;
    this.show({ x, y, scale: scale * factor }, true);
  }

  // By a part of the window.
  pan(across, down) {
    this.touched = true;
    const { x, y, scale, width, height } = this.camera;
    this.show({ x: x + (across * width) / scale, y: y + (down * height) / scale, scale }, false);
  }

  // Dim all but `near`; with `move`, bring those into view, though never from farther
  // away than the whole drawing is seen from.
  choose(chosen, near, ties, move = false) {
    this.focus = null;
    if (chosen.length) {
      // The panel may just have taken room from the drawing.
      if (move) this.engine.resize();
      const frame = this.frameOf(near);
      const view = move ? { ...frame, scale: Math.max(frame.scale, this.overview.scale) } : this.engine.camera;
      this.focus = { chosen: new Set(chosen), near: new Set(near), ties, view };
      this.arrangeFocus();
      if (move) {
        this.touched = true;
        this.show(view, true);
      }
    }
    this.element.classList.toggle("faded", Boolean(this.focus));
    this.engine.paint();
  }

  // ---- forces --------------------------------------------------------------------

  moveFreely(on) {
    clearInterval(this.clock);
    this.engine.moveFreely(on);
    if (on) this.clock = setInterval(() => this.follow(), 700);
    else this.follow();
  }

  // Names, and the view unless somebody is looking closer, go where people have moved.
  follow() {
    this.engine.keepPlaces();
    if (this.touched || this.focus) this.arrangeNames();
    else this.fit();
  }
}
