// Which names are shown at which zoom.
//
// A name is drawn at one size on the screen however far one has zoomed, so zooming in
// makes room. For each person the zoom is found from which on the name fits beside
// those of more important people. Names then never pile up, and none blinks: what is
// shown at one zoom is shown at every closer one.

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const FONT_SIZE = 12.5;
const LABEL_HEIGHT = 16;
const LABEL_ROOM = { x: 7, y: 3 };
const PIXELS_PER_LABEL = 13000;
const LONGEST_LABEL = 26;
// So many of the most important are named at once, even where that covers somebody's circle.
const FOREMOST = 12;
const ZOOM_STEP = 1.4;
const ZOOM_STEPS = 11;

function shortened(name) {
  const letters = Array.from(name);
  return letters.length <= LONGEST_LABEL ? name : letters.slice(0, LONGEST_LABEL - 1).join("") + "…";
}

// Boxes on the screen, found again by the coarse cells that they touch.
class Boxes {
  constructor() { this.cells = new Map(); }

  // Calls `visit(key)` for each cell that a box touches, until it returns true.
  touched(box, visit) {
    const right = Math.floor(box[2] / 100), bottom = Math.floor(box[3] / 50);
    for (let column = Math.floor(box[0] / 100); column <= right; column++) {
      for (let row = Math.floor(box[1] / 50); row <= bottom; row++) {
        if (visit(column * 1e6 + row)) return true;
      }
    }
    return false;
  }

  hits(box) {
    return this.touched(box, (key) => {
      const cell = this.cells.get(key);
      return cell !== undefined && cell.some((other) => overlap(box, other));
    });
  }

  count(box) {
    const hit = new Set();
    this.touched(box, (key) => {
      for (const other of this.cells.get(key) || []) if (overlap(box, other)) hit.add(other);
    });
    return hit.size;
  }

  add(box) {
    this.touched(box, (key) => {
      const cell = this.cells.get(key);
      if (cell) cell.push(box); else this.cells.set(key, [box]);
    });
  }
}

function overlap(one, other) {
  return one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];
}

function within(box, frame) {
  return box[0] >= frame[0] && box[1] >= frame[1] && box[2] <= frame[2] && box[3] <= frame[3];
}

// Where a name stands beside its circle, and its box on the screen.
const SIDES = [
  { dx: 0, dy: 1 }, { dx: 0, dy: -1 }, { dx: 1, dy: 0 }, { dx: -1, dy: 0 },
];

function nameBox({ x, y, size, width }, side, scale) {
  const { dx, dy } = SIDES[side];
  const away = size * scale + 3;
  const middle = x * scale + dx * (away + width / 2);
  const centre = y * scale + dy * (away + LABEL_HEIGHT / 2);
  return [middle - width / 2, centre - LABEL_HEIGHT / 2, middle + width / 2, centre + LABEL_HEIGHT / 2];
}

// For each person the sides on which the name covers the fewest circles, below first; those
// where the name leaves the window only if no other is left (`frame`: the window's edges, in
// pixels from the drawing's origin). `clear` says whether the name covers none there.
function bestSides(places, scale, frame) {
  const circles = new Boxes();
  for (const { x, y, size } of places) {
    circles.add([x - size, y - size, x + size, y + size].map((edge) => edge * scale));
  }
  return places.map((place) => {
    const covered = SIDES.map((_, side) => circles.count(nameBox(place, side, scale)));
    const inside = SIDES.map((_, side) => within(nameBox(place, side, scale), frame));
    const sides = SIDES.map((_, side) => side);
    const usable = inside.includes(true) ? sides.filter((side) => inside[side]) : sides;
    const fewest = Math.min(...usable.map((side) => covered[side]));
    const best = usable.filter((side) => covered[side] === fewest);
    return Object.assign(best, { clear: fewest === 0 });
  });
}

// From which zoom on each name is shown, and on which side: Map from person to {scale, side}.
// `order`: people, the most important first; `places[person]`: {x, y, size, width}, where
// width is that of the name in pixels; `sides[person]`: the sides to try; `full`: the scale at
// which the whole drawing is seen, and `most`: how many names may be shown at it. Names that
// cover a circle wait until one looks closer, but for the `foremost` of the order.
function arrangeNames(order, places, sides, full, most, foremost) {
  const names = new Map();
  const boxOf = (person, side, scale) => {
    const box = nameBox(places[person], side, scale);
    return [box[0] - LABEL_ROOM.x, box[1] - LABEL_ROOM.y, box[2] + LABEL_ROOM.x, box[3] + LABEL_ROOM.y];
  };
  const put = (boxes, person, side, scale) => {
    const { x, y, size } = places[person];
    boxes.add(boxOf(person, side, scale));
    boxes.add([x - size, y - size, x + size, y + size].map((edge) => edge * scale));
  };
  for (let step = -1; step < ZOOM_STEPS && names.size < order.length; step++) {
    const scale = full * ZOOM_STEP ** step;
    const room = most * (scale / full) ** 2;
    const boxes = new Boxes();
    for (const [person, { side }] of names) put(boxes, person, side, scale);
    for (const [rank, person] of order.entries()) {
      if (names.size >= room) break;
      if (names.has(person)) continue;
      if (step < 1 && rank >= foremost && !sides[person].clear) continue;
      const side = sides[person].find((one) => !boxes.hits(boxOf(person, one, scale)));
      if (side === undefined) continue;
      put(boxes, person, side, scale);
      names.set(person, { scale, side });
    }
  }
  return names;
}
