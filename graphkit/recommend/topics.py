"""Topics where a source gives none: key phrases of titles and abstracts, as claims."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import TOPICS
from graphkit.ids import mint
from graphkit.network.incidence import objects, values
from graphkit.recommend.languages import stop_words_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["find_topics", "without_topics"]

VERSION = "2"
SCHEME = "scheme:key-phrases"
LONGEST = 4  # words
MOST_OF_A_PAPER = 5  # phrases
# A phrase of abstracts alone ("experimental results") is no topic: this many of the papers
# that have it name it in their titles, two at least.
LEAST_IN_TITLES = 0.08
# A phrase that stands for the most part within one longer phrase is a piece of that one.
LEAST_ALONE = 0.25
COMMON = 0.3
WORD = re.compile(r"[^\W_][\w’']*(?:-\w+)*|[^\w\s]")
# Words of academic prose in English about no subject in particular.
BOILERPLATE = frozenset(
    re.findall(
        r"\S+",
        """based using use used via towards toward approach approaches method methods new novel
    paper study case improving improved better best large small different various multiple simple
    effective efficient empirical proposed propose present results result show shows work works
    task tasks shared system systems evaluation exploring investigating understanding analysis
    analyzing overview introduction proceedings workshop report preliminary recent advances
    challenges comparison comparing comparative does do can don’t beyond rethinking revisiting
    leveraging building creating one two three first second non et al i.e e.g""",
    )
)


def find_topics(kg: KnowledgeGraph, *, least_papers: int = 3) -> KnowledgeGraph:
    """Propose topics: the key phrases of titles and abstracts, told by counting.

    Candidates are runs of two to four words between stop words and punctuation, as in RAKE
    [1]_. Kept is what several papers have, some of them in their titles, and what stands not
    just within one longer phrase (the thought of the C-value [2]_). Of each paper the five with
    the highest count · ln(papers / papers that have it) · log2(1 + words) are claimed.

    Stop words are those of the language of each paper (`graphkit.recommend.languages`; some
    thirty are known). Phrases are found where words are parted by spaces.

    Parameters
    ----------
    kg : KnowledgeGraph
    least_papers : int, default 3
        How many papers must have a phrase.

    Returns
    -------
    KnowledgeGraph
        With one more source of the format ``topics``, in place of an earlier one; `kg.without`
        takes it back. It adds ``topics`` (each with its ``broader`` one: machine translation to
        neural machine translation) and ``subjects`` (``score``: the weight relative to the
        foremost phrase of the paper; ``place``: title or abstract). A topic of the graph with
        the same label is used, not doubled.

    Raises
    ------
    ValueError
        ``least_papers`` is less than 2.

    References
    ----------
    .. [1] S. Rose et al. (2010). Automatic keyword extraction from individual documents. In:
       Text Mining: Applications and Theory, Wiley, 1-20.
    .. [2] K. Frantzi, S. Ananiadou, H. Mima (2000). Automatic recognition of multi-word terms:
       the C-value/NC-value method. International Journal on Digital Libraries 3, 115-130.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = find_topics(gk.example())
    >>> sorted(set(found.topics.label) - set(gk.example().topics.label))
    ['Neural network', 'Speech recognition']
    """
    if least_papers < 2:
        raise ValueError(f"least_papers is {least_papers}; it must be at least 2")
    import pyarrow as pa
    import pyarrow.compute as pc

    kg = without_topics(kg)
    papers = pc.unique(kg.table("papers", as_read=True)["id"])
    papers = papers.take(pc.sort_indices(papers))
    texts = [objects(values(kg, "papers", column, papers)) for column in ("title", "abstract")]
    words = _Words()
    for number, (title, abstract) in enumerate(zip(*texts, strict=True)):
        words.add(title, abstract, number)
    found = _claimed(_phrases(words, len(papers), least_papers), words, len(papers))
    if not found:
        return kg
    known = {
        label.casefold(): id
        for label, id in zip(
            kg.table("topics", as_read=True)["label"].to_pylist(),
            kg.table("topics", as_read=True)["id"].to_pylist(),
            strict=True,
        )
        if label
    }
    labels = {words.label(phrase) for _, phrase, _, _ in found}
    ids = {label: known.get(label.casefold(), mint("topic", label)) for label in sorted(labels)}
    subjects: dict[tuple[str, str], dict[str, Any]] = {}
    for paper, phrase, score, place in found:
        key = (papers[paper].as_py(), ids[words.label(phrase)])
        subjects.setdefault(key, {"paper": key[0], "topic": key[1], "score": score, "place": place})
    topics = {
        id: {"id": id, "label": label, "scheme": SCHEME, "broader": _broader(label, ids)}
        for label, id in ids.items()
    }
    rows = list(subjects.values())
    digest = hashlib.sha256(f"{VERSION} {least_papers} {rows}".encode()).hexdigest()
    source = f"source:{TOPICS}-{digest[:12]}"
    told: dict[str, Any] = {
        "topics": list(topics.values()),
        "subjects": rows,
        "schemes": [{"id": SCHEME, "label": "Key phrases of titles and abstracts"}],
        "sources": [
            {
                "id": source,
                "title": "Key phrases of titles and abstracts, told by counting",
                "format": TOPICS,
                "sha256": digest,
                "reader": f"{__name__} {VERSION}",
            }
        ],
    }
    for each in told.values():
        for row in each:
            row["source"] = source
    tables = {name: pa.Table.from_pylist(each) for name, each in told.items()}
    return kg | KnowledgeGraph(tables, base=kg.base)


def without_topics(kg: KnowledgeGraph) -> KnowledgeGraph:
    """The graph without topics that were found here.

    Examples
    --------
    >>> import graphkit as gk
    >>> without_topics(find_topics(gk.example())) == gk.example()
    True
    """
    for row in kg.table("sources", as_read=True).to_pylist():
        if row["format"] == TOPICS:
            kg = kg.without(row["id"])
    return kg


def _broader(label: str, ids: dict[str, str]) -> str | None:
    """The topic that the last words name, the longest first."""
    parts = label.split(" ")
    for start in range(1, len(parts) - 1):
        shorter = " ".join(parts[start:])
        found = ids.get(shorter[:1].upper() + shorter[1:])
        if found is not None and found != ids[label]:
            return found
    return None


class _Words:
    """Running text as numbers: 0 is a break, others are words."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.surfaces: list[dict[str, int]] = [{}]
        self.text: list[int] = [0]
        self.paper: list[int] = [-1]
        self.title: list[bool] = [False]

    def add(self, title: str, abstract: str, paper: int) -> None:
        parts = [[(word, word.casefold()) for word in WORD.findall(t)] for t in (title, abstract)]
        silent = stop_words_of(word for part in parts for _, word in part) | BOILERPLATE
        for part, in_title in zip(parts, (True, False), strict=True):
            for surface, word in part:
                telling = word[0].isalpha() and len(word) > 1
                if not telling or word in silent:
                    self.text.append(0)
                    continue
                code = self.known.setdefault(word, len(self.known) + 1)
                if code == len(self.surfaces):
                    self.surfaces.append({})
                seen = self.surfaces[code]
                seen[surface] = seen.get(surface, 0) + 1
                self.text.append(code)
            self.text.append(0)
            self.paper += [paper] * (len(part) + 1)
            self.title += [in_title] * (len(part) + 1)

    def singular(self) -> Ints:
        """The code of the singular of each word, where it is a word of the corpus too."""
        import numpy as np

        code = np.arange(len(self.surfaces), dtype=np.int64)
        for word, at in self.known.items():
            if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
                code[at] = self.known.get(word[:-1], at)
        return code

    def label(self, phrase: tuple[int, ...]) -> str:
        """A phrase for people: acronyms and names of models as they are printed."""
        words = []
        for code in phrase:
            seen = self.surfaces[code]
            surface = min(seen, key=lambda each: (-seen[each], each))
            words.append(surface if sum(map(str.isupper, surface)) > 1 else surface.casefold())
        label = " ".join(words)
        return label if any(map(str.isupper, words[0])) else label[:1].upper() + label[1:]


@dataclass(frozen=True, eq=False)
class _Phrases:
    """Where the phrases of one length stand: a row for each occurrence."""

    words: Ints  # shape (phrases, length)
    phrase: Ints
    paper: Ints
    title: NDArray[np.bool_]


def _phrases(words: _Words, papers: int, least: int) -> list[_Phrases]:
    """Phrases of two to `LONGEST` words that are topics by their counts."""
    import numpy as np

    text = words.singular()[np.array(words.text, dtype=np.int64)]
    paper, title = np.array(words.paper, dtype=np.int64), np.array(words.title, dtype=bool)
    start = np.flatnonzero(text)
    code = text[start]
    levels = []
    for length in range(2, LONGEST + 1):
        # A phrase grows by a word, if there is no break and the shorter one is common enough.
        after = start + length - 1
        grown = after < len(text)
        start, code, after = start[grown], code[grown], after[grown]
        kept = text[after] > 0
        start, code, after = start[kept], code[kept], after[kept]
        pairs = code * len(words.surfaces) + text[after]
        _, first, code = np.unique(pairs, return_index=True, return_inverse=True)
        spelt = text[start[first][:, None] + np.arange(length)] if len(first) else None
        having = _having(code, paper[start], papers, len(first))
        common = having >= least
        levels.append((spelt, code, start, having, common))
        kept = common[code]
        renumbered = np.cumsum(common) - 1
        start, code = start[kept], renumbered[code[kept]].astype(np.int64)
        if spelt is None or not len(start):
            break
    found: list[_Phrases] = []
    longer: dict[tuple[int, ...], int] = {}
    for spelt, code, start, having, common in reversed(levels):
        if spelt is None:
            continue
        in_titles = _having(code[title[start]], paper[start[title[start]]], papers, len(having))
        alone = np.array([longer.get(tuple(each), 0) for each in spelt.tolist()], dtype=np.int64)
        chosen = common & (having <= max(COMMON * papers, least))
        chosen &= in_titles >= np.maximum(2, LEAST_IN_TITLES * having)
        chosen &= having - alone >= LEAST_ALONE * having
        for each, count in zip(spelt[common].tolist(), having[common].tolist(), strict=True):
            for part in (tuple(each[1:]), tuple(each[:-1])):
                longer[part] = max(longer.get(part, 0), count)
        at = np.flatnonzero(chosen[code])
        found.append(_Phrases(spelt, code[at], paper[start[at]], title[start[at]]))
    return found


def _having(code: Ints, paper: Ints, papers: int, phrases: int) -> Ints:
    """In how many papers each phrase stands."""
    import numpy as np

    distinct = np.unique(code * (papers + 1) + paper)
    return np.bincount(distinct // (papers + 1), minlength=phrases).astype(np.int64)


def _claimed(
    phrases: list[_Phrases], words: _Words, papers: int
) -> list[tuple[int, tuple[int, ...], float, str]]:
    """Paper, phrase, score and place of what is claimed, the foremost of each paper first."""
    import numpy as np
    import pandas as pd

    parts = []
    for each in phrases:
        frame = pd.DataFrame({"paper": each.paper, "phrase": each.phrase, "title": each.title})
        counted = frame.groupby(["paper", "phrase"], as_index=False).agg(
            count=("title", "size"), title=("title", "any")
        )
        having = counted.groupby("phrase")["paper"].transform("size")
        # A phrase of all papers would say nothing; one of a few says a little even so.
        rare = np.log((1 + papers) / having)
        counted["weight"] = counted["count"] * rare * np.log2(1 + each.words.shape[1])
        counted["words"] = [tuple(row) for row in each.words[counted["phrase"]].tolist()]
        parts.append(counted)
    if not parts:
        return []
    found = pd.concat(parts)
    found = found.sort_values(["paper", "weight", "words"], ascending=[True, False, True])
    found = found[found.groupby("paper").cumcount() < MOST_OF_A_PAPER]
    score = (found["weight"] / found.groupby("paper")["weight"].transform("max")).round(4)
    places = np.where(found["title"], "title", "abstract")
    return list(zip(found["paper"], found["words"], score, places.tolist(), strict=True))
