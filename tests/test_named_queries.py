"""Each named query against plain Python over the tables, on the bundled graph and a small one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import graphkit as gk
from graphkit.errors import QueryError, UnknownEntityError, UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.sparql.named import NamedQuery, Parameter, queries, read
from tests.conftest import Run


@pytest.fixture(scope="module")
def small() -> KnowledgeGraph:
    """Two sources, four years, topics that meet, citations, a journal, a team, an ORCID."""
    people = {"a": "Ada", "b": "Bob", "c": "Cy", "d": "Di"}
    wrote = {"P": "ab", "Q": "abc", "R": "c", "S": "da", "T": "ba", "U": ""}
    years = {"P": 2018, "Q": 2019, "R": 2020, "S": 2021, "T": 2021}
    about = {"P": "XY", "Q": "X", "R": "Z", "S": "ZX", "T": "X"}
    papers = [
        {
            "id": f"paper:{p}",
            "title": f"Paper {p}",
            "year": years.get(p),
            "doi": f"10.1/{p}" if p in "PQ" else None,
            "abstract": "Words." if p == "R" else None,
            "event": "venue:Conf" if p in "PQR" else None,
            "journal": "venue:Acta" if p == "S" else None,
        }
        for p in wrote
    ]
    rows: dict[str, list[dict[str, Any]]] = {
        "papers": papers,
        "authors": [
            {"id": f"author:{k}", "name": name, "orcid": "orcid:0000-0001" if k == "d" else None}
            for k, name in people.items()
        ],
        "topics": [{"id": f"topic:{t}", "label": f"Topic {t}"} for t in "XYZ"],
        "venues": [{"id": f"venue:{v}", "label": v} for v in ("Conf", "Acta")],
        "teams": [{"id": "team:T", "label": "Team"}, {"id": "team:V", "label": "Void"}],
        "interests": [{"team": "team:T", "topic": f"topic:{t}"} for t in "XZ"],
        "authorships": [
            {"paper": f"paper:{p}", "author": f"author:{k}", "position": n, "printed_name": name}
            for p, keys in wrote.items()
            for n, k in enumerate(keys, 1)
            for name in [people[k] + "." * (p == "T")]
        ],
        "subjects": [
            {"paper": f"paper:{p}", "topic": f"topic:{t}"} for p, ts in about.items() for t in ts
        ],
        "citations": [
            {"citing": f"paper:{p}", "cited": f"paper:{q}"} for p, q in ("QP", "RP", "SP", "SQ")
        ],
        "sources": [{"id": "source:a", "uri": "a.bib", "format": "bibtex"}],
    }
    one = KnowledgeGraph(
        {name: [{**row, "source": "source:a"} for row in found] for name, found in rows.items()}
    )
    # The second source repeats some of the first: nothing may count twice.
    again = {
        name: [{**row, "source": "source:b"} for row in rows[name][:3]]
        for name in ("papers", "authors", "topics", "authorships", "subjects", "citations")
    }
    return one | KnowledgeGraph(again)


class Facts:
    """The tables as sets and mappings of plain Python."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        def rows(table: str) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = kg.table(table).to_pylist()
            return found

        def column(table: str, name: str) -> dict[str, Any]:
            known = {row["id"]: row[name] for row in reversed(rows(table)) if row[name] is not None}
            return {row["id"]: known.get(row["id"]) for row in rows(table)}

        self.rows = rows
        self.title, self.year = column("papers", "title"), column("papers", "year")
        self.doi, self.abstract = column("papers", "doi"), column("papers", "abstract")
        self.name, self.orcid = column("authors", "name"), column("authors", "orcid")
        self.label = {t: column(t, "label") for t in ("topics", "teams", "venues")}
        self.wrote: dict[str, set[str]] = defaultdict(set)
        self.by: dict[str, set[str]] = defaultdict(set)
        self.at: dict[str, dict[int, str]] = defaultdict(dict)
        for row in rows("authorships"):
            self.wrote[row["author"]].add(row["paper"])
            self.by[row["paper"]].add(row["author"])
            self.at[row["paper"]][row["position"]] = row["author"]
        self.about: dict[str, set[str]] = defaultdict(set)
        for row in rows("subjects"):
            self.about[row["paper"]].add(row["topic"])
        self.interests = {(row["team"], row["topic"]) for row in rows("interests")}
        self.cited = {(row["citing"], row["cited"]) for row in rows("citations")}
        self.venue = {
            (row["id"], row[name])
            for row in rows("papers")
            for name in ("event", "journal")
            if row[name]
        }

    def titled(self, papers: Any) -> list[tuple[Any, ...]]:
        return [(p, self.title[p], self.year[p]) for p in papers]

    def on(self, topic: str) -> set[str]:
        return {p for p, topics in self.about.items() if topic in topics}

    def counted(self, found: Counter[str]) -> list[tuple[Any, ...]]:
        return [(a, self.name[a], n) for a, n in found.items()]


Rows = list[tuple[Any, ...]]
Oracle = Callable[..., Rows]
ORACLES: dict[str, Oracle] = {}


def oracle(make: Oracle) -> Oracle:
    ORACLES[make.__name__.replace("_", "-")] = make
    return make


@oracle
def coauthors_of(f: Facts, author: str) -> Rows:
    shared: dict[str, set[str]] = defaultdict(set)
    for paper in f.wrote[author]:
        for other in f.by[paper] - {author}:
            shared[other].add(paper)
    return [
        (c, f.name[c], len(ps), *(pick(f.year[p] for p in ps) for pick in (min, max)))
        for c, ps in shared.items()
    ]


@oracle
def papers_of(f: Facts, author: str) -> Rows:
    return f.titled(f.wrote[author])


@oracle
def topics_of(f: Facts, author: str) -> Rows:
    found = Counter(t for p in f.wrote[author] for t in f.about[p])
    return [(t, f.label["topics"][t], n) for t, n in found.items()]


@oracle
def names_of(f: Facts, author: str) -> Rows:
    found = {
        (r["printed_name"], r["paper"]) for r in f.rows("authorships") if r["author"] == author
    }
    return list(Counter(name for name, _ in found).items())


@oracle
def papers_together(f: Facts, one: str, other: str) -> Rows:
    return f.titled(f.wrote[one] & f.wrote[other])


@oracle
def common_coauthors(f: Facts, one: str, other: str) -> Rows:
    found = []
    for c in set(f.name) - {one, other}:
        counts = [len(f.wrote[c] & f.wrote[end]) for end in (one, other)]
        if all(counts):
            found.append((c, f.name[c], *counts))
    return found


@oracle
def coauthors_of_coauthors(f: Facts, author: str) -> Rows:
    def mates(a: str) -> set[str]:
        return {other for p in f.wrote[a] for other in f.by[p]} - {a}

    near = mates(author)
    found = Counter(c for between in near for c in mates(between) - near - {author})
    return f.counted(found)


@oracle
def teams_for(f: Facts, author: str) -> Rows:
    hits: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for p in f.wrote[author]:
        for team, topic in f.interests:
            if topic in f.about[p]:
                hits[team].add((topic, p))
    return [
        (team, f.label["teams"][team], len({t for t, _ in hit}), len({p for _, p in hit}))
        for team, hit in hits.items()
    ]


@oracle
def papers_on(f: Facts, topic: str) -> Rows:
    return f.titled(f.on(topic))


@oracle
def papers_on_in(f: Facts, topic: str, year: int) -> Rows:
    return [(p, f.title[p]) for p in f.on(topic) if f.year[p] == year]


@oracle
def papers_in(f: Facts, year: int) -> Rows:
    return [(p, title) for p, title in f.title.items() if f.year[p] == year]


@oracle
def papers_by_topic_and_year(f: Facts) -> Rows:
    found = Counter((t, f.year[p]) for p in f.title for t in f.about[p] if f.year[p] is not None)
    return [(t, f.label["topics"][t], y, n) for (t, y), n in found.items()]


@oracle
def papers_by_year(f: Facts) -> Rows:
    found = []
    for year in {y for y in f.year.values() if y is not None}:
        papers = [p for p in f.title if f.year[p] == year]
        found.append((year, len(papers), len({a for p in papers for a in f.by[p]})))
    return found


@oracle
def experts_on(f: Facts, topic: str) -> Rows:
    return f.counted(Counter(a for p in f.on(topic) for a in f.by[p]))


@oracle
def bridges_between(f: Facts, one: str, other: str) -> Rows:
    counts = {a: [len(ps & f.on(t)) for t in (one, other)] for a, ps in f.wrote.items()}
    return [(a, f.name[a], *ns) for a, ns in counts.items() if all(ns)]


@oracle
def topics_together(f: Facts) -> Rows:
    found = Counter(pair for p in f.title for pair in combinations(sorted(f.about[p]), 2))
    return [(*(f.label["topics"][t] for t in pair), n) for pair, n in found.items()]


@oracle
def growing_topics(f: Facts, since: int) -> Rows:
    found = []
    for topic, label in f.label["topics"].items():
        years = [f.year[p] for p in f.on(topic) if f.year[p] is not None]
        old = sum(y < since for y in years)
        if len(years) - old > old:
            found.append((topic, label, old, len(years) - old))
    return found


@oracle
def papers_without_topic(f: Facts) -> Rows:
    return [(p, t) for p, t in f.title.items() if not f.about[p]]


@oracle
def papers_without_doi(f: Facts) -> Rows:
    return [(p, t) for p, t in f.title.items() if f.doi[p] is None]


@oracle
def papers_without_abstract(f: Facts) -> Rows:
    return [(p, t) for p, t in f.title.items() if f.abstract[p] is None]


@oracle
def people_without_orcid(f: Facts) -> Rows:
    return [(a, name, len(f.wrote[a])) for a, name in f.name.items() if f.orcid[a] is None]


@oracle
def collaborative_pairs(f: Facts) -> Rows:
    found = Counter(pair for p in f.title for pair in combinations(sorted(f.by[p]), 2))
    best = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:100]
    return [(a, b, f.name[a], f.name[b], n) for (a, b), n in best]


@oracle
def first_authors(f: Facts) -> Rows:
    return f.counted(Counter(f.at[p][1] for p in f.title if f.at[p]))


@oracle
def last_authors(f: Facts) -> Rows:
    return f.counted(Counter(f.at[p][max(f.at[p])] for p in f.title if len(f.at[p]) > 1))


@oracle
def prolific_authors(f: Facts) -> Rows:
    best = sorted(f.wrote.items(), key=lambda item: (-len(item[1]), item[0]))[:100]
    return [(a, f.name[a], len(papers)) for a, papers in best]


@oracle
def newcomers(f: Facts, year: int) -> Rows:
    found: Counter[str] = Counter()
    for a, papers in f.wrote.items():
        years = [f.year[p] for p in papers if f.year[p] is not None]
        if years and min(years) == year:
            found[a] = years.count(year)
    return f.counted(found)


@oracle
def papers_with_most_authors(f: Facts) -> Rows:
    best = sorted(((p, len(f.by[p])) for p in f.title if f.by[p]), key=lambda x: (-x[1], x[0]))
    return [(p, f.title[p], n) for p, n in best[:100]]


@oracle
def papers_of_one_author(f: Facts) -> Rows:
    return [(p, t, next(iter(f.by[p]))) for p, t in f.title.items() if len(f.by[p]) == 1]


@oracle
def venues(f: Facts) -> Rows:
    found = []
    for venue, label in f.label["venues"].items():
        papers = {p for p, v in f.venue if v == venue}
        if papers:
            found.append((venue, label, len(papers), len({a for p in papers for a in f.by[p]})))
    return found


@oracle
def papers_at(f: Facts, venue: str) -> Rows:
    return f.titled({p for p, v in f.venue if v == venue})


@oracle
def interests_of(f: Facts, team: str) -> Rows:
    return [(t, f.label["topics"][t]) for who, t in f.interests if who == team]


@oracle
def teams_interested_in(f: Facts, topic: str) -> Rows:
    return [(team, f.label["teams"][team]) for team, t in f.interests if t == topic]


@oracle
def most_cited(f: Facts) -> Rows:
    found = Counter(cited for _, cited in f.cited)
    return [(p, f.title.get(p), n) for p, n in found.items()]


@oracle
def postings(f: Facts) -> Rows:
    place = {row["id"]: row["label"] for row in f.rows("places")}
    return [
        (row["id"], f.label["teams"].get(row["team"]), row["role"], place.get(row["location"]))
        for row in f.rows("postings")
    ]


@oracle
def sources(f: Facts) -> Rows:
    papers = Counter(row["source"] for row in f.rows("papers"))
    return [(row["id"], row["uri"], row["format"], papers[row["id"]]) for row in f.rows("sources")]


# A parameter's values: in the bundled graph, and in the small one.
VALUES: dict[str, tuple[list[Any], list[Any]]] = {
    "author": (["author:Andreas_Stolcke", "author:Alexis_Moinet"], ["author:a", "author:d"]),
    "topic": (["topic:Text-to-speech", "topic:Audio_classification"], ["topic:X", "topic:Z"]),
    "venue": (["venue:Interspeech_2022"], ["venue:Conf", "venue:Acta"]),
    "team": (["team:Amazon:AGI"], ["team:T", "team:V"]),
    "year": ([2022, 2021], [2018, 2019, 2021]),
    "since": ([2022, 2023], [2019, 2021]),
}
PAIRS = {
    "authors": (
        [("author:Andreas_Stolcke", "author:Jasha_Droppo")],
        [("author:a", "author:b"), ("author:a", "author:c")],
    ),
    "topics": (
        [("topic:Text-to-speech", "topic:Audio_classification")],
        [("topic:X", "topic:Z"), ("topic:X", "topic:Y")],
    ),
}
WITHOUT_ORACLE = {"said-of"}


def cases(asked: NamedQuery, which: int) -> list[dict[str, Any]]:
    names = [parameter.name for parameter in asked.parameters]
    if names == ["one", "other"]:
        pairs = PAIRS[asked.parameters[0].kind][which]
        return [{"one": one, "other": other} for one, other in pairs]
    return [dict(zip(names, v, strict=True)) for v in product(*(VALUES[n][which] for n in names))]


def plain(frame: pd.DataFrame) -> Rows:
    return [
        tuple(None if pd.isna(cell) else cell for cell in row)
        for row in frame.itertuples(index=False)
    ]


@pytest.mark.parametrize("graph", ["bundled", "small"])
@pytest.mark.parametrize("name", sorted(ORACLES))
def test_answers(name: str, graph: str, example: KnowledgeGraph, small: KnowledgeGraph) -> None:
    kg = example if graph == "bundled" else small
    facts, asked = Facts(kg), queries()[name]
    for given in cases(asked, 0 if graph == "bundled" else 1):
        found = kg.named(name, given)
        assert isinstance(found, pd.DataFrame)
        expected = ORACLES[name](facts, **given)
        assert sorted(plain(found), key=repr) == sorted(expected, key=repr), given


def test_every_query_has_an_oracle() -> None:
    assert set(queries()) == set(ORACLES) | WITHOUT_ORACLE
    assert len(queries()) >= 25


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_the_small_graph_gives_each_query_something_to_say(
    name: str, small: KnowledgeGraph
) -> None:
    if name != "postings":
        given = cases(queries()[name], 1)
        assert any(len(small.named(name, each)) for each in given)  # type: ignore[arg-type]


def test_said_of(small: KnowledgeGraph) -> None:
    found = small.named("said-of", paper="Paper P", short=True)
    assert isinstance(found, pd.DataFrame)
    titles = found[found.property == "dcterms:title"]
    assert plain(titles) == [(s, "dcterms:title", "Paper P") for s in ("source:a", "source:b")]


def test_order(small: KnowledgeGraph) -> None:
    assert list(small.named("papers-of", author="Ada").year) == [2021, 2021, 2019, 2018]  # type: ignore[union-attr]
    assert list(small.named("coauthors-of", author="ada").name) == ["Bob", "Cy", "Di"]  # type: ignore[union-attr]
    assert list(small.named("growing-topics", since=2020).label) == ["Topic Z"]  # type: ignore[union-attr]


def test_wrong_parameters_are_told(small: KnowledgeGraph) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'coauthors-of'"):
        small.named("coauthor-of")
    with pytest.raises(QueryError, match=r"needs author \(authors\)"):
        small.named("coauthors-of")
    with pytest.raises(QueryError, match="has no parameter 'person'"):
        small.named("coauthors-of", person="Ada")
    with pytest.raises(UnknownEntityError, match="no author 'Eve'"):
        small.named("coauthors-of", author="Eve")
    with pytest.raises(QueryError, match="year is a year, not '20x2'"):
        small.named("papers-in", year="20x2")


def test_queries_of_ones_own(small: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "by-letter.rq").write_text(
        "# Papers with a text in the title.\n"
        "# parameter text: text = Q\n# parameter n: number = 1\n"
        "SELECT ?title { ?p dcterms:title ?title FILTER(CONTAINS(?title, ?text) && 1 = ?n) }"
    )
    found = small.named("by-letter", folders=[tmp_path])
    assert plain(found) == [("Paper Q",)]  # type: ignore[arg-type]
    hostile = small.named("by-letter", folders=[tmp_path], text='") || true || ("')
    assert len(hostile) == 0  # type: ignore[arg-type]
    (tmp_path / "venues.rq").write_text("# Ours.\nASK {}")
    assert small.named("venues", folders=[tmp_path]) is True
    with pytest.raises(QueryError, match="there is no folder"):
        small.named("venues", folders=[tmp_path / "none"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT * {}", "begins with no description"),
        ("# parameter a: authors\nASK {}", "begins with no description"),
        ("# Says.\n# parameter a: nobody\nASK {}", "is no parameter"),
        ("# Says.\n# parameter authorships\nASK {}", "is no parameter"),
        ("# Says.\n# parameter a: authorships\nASK {}", "is no parameter"),
    ],
)
def test_files_that_are_no_named_query(text: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        read("x", text)


def test_what_a_file_says() -> None:
    text = "# What.\n# parameter a: authors\n# parameter y: year = 2020\n# More.\nASK {}\n# Not."
    parameters = (Parameter("a", "authors"), Parameter("y", "year", "2020"))
    assert read("x", text) == NamedQuery("x", "What.", text, parameters)


def test_on_the_command_line(graphkit: Run, tmp_path: Path) -> None:
    gk.example().save(tmp_path / "x.kg")
    ask = ("query", "x.kg", "--named", "coauthors-of", "--format", "csv")
    found = graphkit(*ask, "--author", "Andreas Stolcke")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0] == "coauthor,name,papers,first,last"
    assert len(lines) == 20
    assert graphkit(*ask, "--author=stolcke, andreas").out == found.out
    assert "needs author" in graphkit(*ask).err
    assert "has no value" in graphkit(*ask, "--author").err
    listed = graphkit("query", "--list", "--format", "csv").out
    assert 'coauthors-of,--author AUTHORS,"Who wrote with a person, on' in listed
    assert "give a graph" in graphkit("query", "x.kg").err
    bound = graphkit(
        "query", "x.kg", "SELECT (COUNT(*) AS ?n) { ?p dcterms:creator ?a }", "--a",
        "author:Andreas_Stolcke", "--format", "csv",
    )  # fmt: skip
    assert bound.out == "n\n4\n"
