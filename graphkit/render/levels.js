// Levels of detail for many people: groups are drawn first, as discs, and open where one
// looks closer. A mark is a person (its number) or a group (people + its number).

const READABLE = 2.6;   // pixels: from this radius on, single people can be told apart
const DISC = 1.15;      // a disc's radius, by that of its members' circles taken together
const MOST = 0.85;
const STEPS = 60;       // in which overlapping discs are pushed apart
const MARGIN = 0.25;    // of the window, around it: what lies there is opened, too

// Discs that overlap give way to each other, the smaller more.
function partDiscs(groups) {
  const discs = groups.filter((group) => group.members.length > 1);
  for (let step = 0; step < STEPS; step++) {
    let moved = false;
    for (let at = 0; at < discs.length; at++) {
      const one = discs[at];
      for (let next = at + 1; next < discs.length; next++) {
        const other = discs[next];
        const room = (one.size + other.size) * 1.06, east = other.x - one.x;
        if (east > room || east < -room) continue;
        const south = other.y - one.y, apart = Math.hypot(east, south) || 1e-6;
        if (apart >= room * 0.999) continue;
        const share = other.size ** 2 / (one.size ** 2 + other.size ** 2), push = (room - apart) / apart;
        one.x -= east * push * share; one.y -= south * push * share;
        other.x += east * push * (1 - share); other.y += south * push * (1 - share);
        moved = true;
      }
    }
    if (!moved) return;
  }
}

class Levels {
  // `room`: how many people, and how many lines, may be open at once.
  constructor(page, x, y, room) {
    const { people } = page;
    this.page = page;
    this.room = room;
    this.count = people.id.length;
    const members = [];
    people.order.forEach((person) => { (members[people.community[person]] ||= []).push(person); });
    this.groups = members.filter(Boolean).map((of) => {
      let east = 0, south = 0, area = 0;
      for (const person of of) { east += x[person]; south += y[person]; area += (people.size[person] + 4) ** 2; }
      const centre = { x: east / of.length, y: south / of.length };
      // How far most of them are: a few may be among the members of other groups.
      const reach = Float32Array.from(of, (person) =>
        Math.hypot(x[person] - centre.x, y[person] - centre.y) + people.size[person])
        .sort()[Math.floor((of.length - 1) * MOST)];
      return { members: of, ...centre, size: DISC * Math.sqrt(area), reach, name: people.name[of[0]] };
    }).sort((one, other) => other.members.length - one.members.length);
    partDiscs(this.groups);
    this.groupOf = new Int32Array(this.count);
    this.groups.forEach((group, number) => { for (const person of group.members) this.groupOf[person] = number; });
    this.open = new Set();
    this.pinned = new Set();
  }

  // The groups to open at this camera ({x, y, scale, width, height}); true if they changed.
  look({ x, y, scale, width, height }) {
    const open = new Set(this.pinned);
    let people = 0;
    for (const number of open) people += this.groups[number].members.length;
    const across = (width / 2) * (1 + MARGIN), down = (height / 2) * (1 + MARGIN);
    const near = [];
    this.groups.forEach((group, number) => {
      if (group.members.length === 1 || open.has(number)) return;
      const dx = Math.abs(group.x - x) * scale, dy = Math.abs(group.y - y) * scale;
      const reach = group.reach * scale;
      if (dx > across + reach || dy > down + reach) return;
      // Once open, a group stays so a little longer: it must not flicker.
      const typical = (group.size / Math.sqrt(group.members.length)) * scale;
      if (typical < READABLE * (this.open.has(number) ? 0.8 : 1)) return;
      near.push([Math.hypot(dx, dy) - reach, number]);
    });
    near.sort((one, other) => one[0] - other[0]);
    for (const [, number] of near) {
      people += this.groups[number].members.length;
      if (people > this.room.people) break;
      open.add(number);
    }
    const same = open.size === this.open.size && [...open].every((number) => this.open.has(number));
    this.open = open;
    return !same;
  }

  // Who stands for a person: themselves, or their group.
  markOf(person) {
    const number = this.groupOf[person];
    const group = this.groups[number];
    return this.open.has(number) || group.members.length === 1 ? person : this.count + number;
  }

  // What is to be drawn: marks, the largest first, and the ties between them, as
  // {id, source, target, width, ties: how many lie behind}.
  marks(view) {
    const { ties } = this.page;
    const marks = [];
    for (const [number, group] of this.groups.entries()) {
      const shown = group.members.filter((person) => view.shown[person]);
      group.shown = shown.length;
      if (!shown.length) continue;
      if (this.open.has(number) || group.members.length === 1) marks.push(...shown);
      else marks.push(this.count + number);
    }
    const mark = new Int32Array(this.count);
    for (let person = 0; person < this.count; person++) mark[person] = this.markOf(person);
    const found = new Map();
    const base = this.count + this.groups.length;
    for (let tie = 0; tie < view.tieShown.length; tie++) {
      if (!view.tieShown[tie]) continue;
      const one = mark[ties.source[tie]], other = mark[ties.target[tie]];
      if (one === other) continue;
      const key = Math.min(one, other) * base + Math.max(one, other);
      const known = found.get(key);
      if (known) { known.ties++; known.width += ties.width[tie]; }
      else found.set(key, { id: tie, source: one, target: other, width: ties.width[tie], ties: 1 });
    }
    for (const tie of found.values()) {
      if (tie.source < this.count && tie.target < this.count) continue;
      tie.id = `${tie.source}-${tie.target}`;
      // Between groups, a line is as wide as the square root of what it stands for.
      const groups = tie.source >= this.count && tie.target >= this.count;
      tie.width = groups ? Math.sqrt(tie.width) * 1.6 : THINNEST;
    }
    let lines = [...found.values()];
    if (lines.length > this.room.lines) {
      lines = lines.sort((one, other) => other.width - one.width).slice(0, this.room.lines);
    }
    return { marks, ties: lines };
  }

  // The commonest colour of those shown in a group.
  colourOf(number, view) {
    const tally = new Map();
    for (const person of this.groups[number].members) {
      if (!view.shown[person]) continue;
      const colour = view.colourOf(person);
      tally.set(colour, (tally.get(colour) || 0) + 1);
    }
    return [...tally].reduce((best, one) => (one[1] > best[1] ? one : best), ["#888888", 0])[0];
  }
}
