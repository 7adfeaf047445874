// What the page holds, as columns: each name and title once, people and papers by number.

// Many short lists of numbers as two arrays.
class Lists {
  constructor({ values, sizes }) {
    this.values = Int32Array.from(values);
    this.starts = new Int32Array(sizes.length + 1);
    for (let at = 0; at < sizes.length; at++) this.starts[at + 1] = this.starts[at] + sizes[at];
  }

  of(number) { return this.values.subarray(this.starts[number], this.starts[number + 1]); }

  size(number) { return this.starts[number + 1] - this.starts[number]; }

  // Whether one of the list's values is marked.
  some(number, marked) {
    for (let at = this.starts[number]; at < this.starts[number + 1]; at++) {
      if (marked[this.values[at]]) return true;
    }
    return false;
  }

  // How many of the list's values are marked.
  count(number, marked) {
    let count = 0;
    for (let at = this.starts[number]; at < this.starts[number + 1]; at++) count += marked[this.values[at]];
    return count;
  }
}

async function unpacked(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(plain).json();
}

// The columns of `html.py`, numbers in typed arrays, and what follows from them.
function prepared(page) {
  const { people, ties, papers } = page;
  const count = people.id.length;
  for (const name of ["x", "y", "size"]) people[name] = Float32Array.from(people[name]);
  people.community = Int32Array.from(people.community);
  people.papers = new Lists(people.papers);
  people.teams = new Lists(people.teams);
  ties.source = Int32Array.from(ties.source);
  ties.target = Int32Array.from(ties.target);
  ties.papers = new Lists(ties.papers);
  papers.topics = new Lists(papers.topics);
  for (const colouring of Object.values(page.colourings)) colouring.group = Int32Array.from(colouring.group);
  // Ties of each person, as a list of their numbers.
  const sizes = new Int32Array(count);
  for (const ends of [ties.source, ties.target]) for (const end of ends) sizes[end]++;
  people.ties = new Lists({ values: new Int32Array(2 * ties.source.length), sizes });
  const next = people.ties.starts.slice(0, count);
  for (let tie = 0; tie < ties.source.length; tie++) {
    people.ties.values[next[ties.source[tie]]++] = tie;
    people.ties.values[next[ties.target[tie]]++] = tie;
  }
  // The best known first: by size, then papers.
  people.order = Array.from(people.size, (_, person) => person).sort((one, other) =>
    people.size[other] - people.size[one]
    || people.papers.size(other) - people.papers.size(one) || one - other);
  ties.width = widths(ties.weight);
  const known = papers.year.filter((year) => year !== null);
  page.years = known.length ? [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))] : null;
  return page;
}

function range(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

const THINNEST = 0.9, EVEN = 1.3, THICKEST = 4.5;

// Line widths: the weakest tie thin, the strongest thick, all the same if they are equal.
function widths(weights) {
  const [low, high] = range(weights);
  return Float32Array.from(weights, (weight) => high === low ? EVEN
    : THINNEST + (THICKEST - THINNEST) * Math.sqrt(Math.max(0, (weight ?? low) - low) / (high - low)));
}
