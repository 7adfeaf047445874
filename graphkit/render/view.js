// What a reader has asked to see: what colours and sizes stand for, and who is left out.
// No drawing happens here; `shown`, `tieShown`, `colour` and `size` are what is to be drawn.

const SMALLEST = 5, LARGEST = 20, ONE_SIZE = 25 / 3;
const PLAIN = { name: ["people"], colour: ["#0072b2"] };

class View {
  constructor(page) {
    this.page = page;
    const people = page.people.id.length;
    this.shown = new Uint8Array(people);
    this.left = new Uint8Array(people);  // by the filters, though the legend may hide them
    this.tieShown = new Uint8Array(page.ties.source.length);
    this.paperShown = new Uint8Array(page.papers.title.length);
    this.size = new Float32Array(people);
    this.plain = { ...PLAIN, group: new Int32Array(people) };
    this.reset();
  }

  reset() {
    this.topic = this.team = -1;
    this.least = 0;
    [this.since, this.until] = this.page.years || [null, null];
    this.colourWith(this.page.colourBy);
    this.sizeWith(this.page.sizeBy);
    this.filter();
  }

  colourWith(name) {
    this.colourBy = name in this.page.colourings ? name : null;
    this.colouring = this.page.colourings[this.colourBy] || this.plain;
    this.hidden = new Set();
  }

  sizeWith(name) {
    this.sizeBy = name in this.page.measures ? name : null;
    const { size } = this;
    // As they were laid out, so that none overlap.
    if (this.sizeBy === this.page.sizeBy) { size.set(this.page.people.size); return; }
    if (!this.sizeBy) { size.fill(ONE_SIZE); return; }
    const values = this.page.measures[this.sizeBy];
    const [low, high] = range(values);
    for (let person = 0; person < size.length; person++) {
      // Areas, not radii, grow with the value: people compare areas.
      size[person] = high === low ? ONE_SIZE
        : SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(((values[person] ?? low) - low) / (high - low));
    }
  }

  colourOf(person) { return this.colouring.colour[this.colouring.group[person]]; }

  get allYears() {
    return !this.page.years || (this.since <= this.page.years[0] && this.until >= this.page.years[1]);
  }

  get filtered() { return this.hidden.size > 0 || this.topic >= 0 || this.team >= 0 || this.least > 1 || !this.allYears; }

  filter() {
    const { people, ties, papers } = this.page;
    const { shown, left, tieShown, paperShown, colouring, hidden, topic, team, allYears } = this;
    for (let paper = 0; paper < paperShown.length; paper++) {
      const year = papers.year[paper];
      paperShown[paper] = Number((allYears || (year !== null && year >= this.since && year <= this.until))
        && (topic < 0 || papers.topics.of(paper).includes(topic)));
    }
    const every = allYears && topic < 0;
    // Somebody whose papers are not known is left out only where papers are asked for.
    const least = Math.max(this.least, every ? 0 : 1);
    for (let person = 0; person < shown.length; person++) {
      left[person] = Number((team < 0 || people.teams.of(person).includes(team))
        && (least < 1 || people.papers.count(person, paperShown) >= least));
      shown[person] = left[person] & Number(!hidden.has(colouring.group[person]));
    }
    for (let tie = 0; tie < tieShown.length; tie++) {
      tieShown[tie] = shown[ties.source[tie]] & shown[ties.target[tie]]
        & Number(every || ties.papers.some(tie, paperShown));
    }
  }

  // Take away whatever keeps this person from being seen.
  reveal(person) {
    if (this.shown[person]) return false;
    this.hidden.delete(this.colouring.group[person]);
    this.filter();
    if (!this.shown[person]) {
      this.topic = this.team = -1;
      this.least = 0;
      [this.since, this.until] = this.page.years || [null, null];
      this.filter();
    }
    return true;
  }

  people() { return this.page.people.order.filter((person) => this.shown[person]); }

  ties() {
    const found = [];
    for (let tie = 0; tie < this.tieShown.length; tie++) if (this.tieShown[tie]) found.push(tie);
    return found;
  }
}
