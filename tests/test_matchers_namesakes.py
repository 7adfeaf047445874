from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.identity.signatures import signatures
from graphkit.ids import mint
from graphkit.matchers.context import context
from graphkit.matchers.names import parse
from graphkit.matchers.namesakes import match
from graphkit.matchers.namesakes.judging import ODDS, affiliations
from graphkit.matchers.namesakes.pairs import (
    FEATURES,
    Groups,
    Surroundings,
    at,
    batches,
    features,
    pairs,
)
from graphkit.matchers.namesakes.persons import persons
from graphkit.matchers.namesakes.represented import MOST_COMPARED, represented
from graphkit.matchers.namesakes.sharing import FACTOR, POWER, expected_bearers
from graphkit.matchers.namesakes.trees import FEATURES as OF_FORKS
from graphkit.matchers.namesakes.trees import tree

GIVEN = ["Wei", "Jun", "Lei", "Bo", "Min", "Hao", "Tao", "Yan"]
FAMILY = ["Wang", "Li", "Zhang", "Chen", "Liu", "Yang"]
# Each lab has words of its own, none of which stands on a tenth of all papers.
PARSING = [f"parsing{k}" for k in range(60)]
RADIO = [f"radio{k}" for k in range(60)]


def graph(papers: list[dict[str, Any]], source: str = "source:test") -> KnowledgeGraph:
    """Papers as ``id, authors, title, year, venue``; author ids are minted from names."""
    rows: dict[str, list[dict[str, Any]]] = {"papers": [], "authorships": []}
    names = {}
    for paper in papers:
        rows["papers"].append(
            {"id": f"paper:{paper['id']}", "source": source}
            | {key: paper[key] for key in ("title", "year") if key in paper}
        )
        for position, name in enumerate(paper["authors"], 1):
            author = mint("author", name)
            names[author] = name
            rows["authorships"].append(
                {
                    "paper": f"paper:{paper['id']}",
                    "author": author,
                    "position": position,
                    "printed_name": name,
                    "affiliation": paper.get("affiliations", {}).get(position),
                    "source": source,
                }
            )
    people = [{"id": a, "name": n, "source": source} for a, n in names.items()]
    return KnowledgeGraph({**rows, "authors": people})


def lab(prefix: str, members: list[str], words: list[str], years: range, head: str) -> list[Any]:
    """A group of people who write with one another, each year three papers with their head."""
    drawn = random.Random(prefix)
    found = []
    for year, number in itertools.product(years, range(3)):
        with_whom = drawn.sample(members, 2)
        title = " ".join(drawn.sample(words, 8))
        place = drawn.randrange(3)
        authors = [*with_whom[:place], head, *with_whom[place:]]
        found.append(
            {"id": f"{prefix}{year}.{number}", "authors": authors, "title": title, "year": year}
        )
        others = drawn.sample(members, 3)
        title = " ".join(drawn.sample(words, 8))
        found.append(
            {"id": f"{prefix}{year}.{number}x", "authors": others, "title": title, "year": year}
        )
    return found


def names_all_over() -> list[Any]:
    """Each given name with each surname but "Wei Wang", so that this one is likely shared."""
    every = [f"{g} {f}" for g in GIVEN for f in FAMILY if (g, f) != ("Wei", "Wang")]
    return [
        {"id": f"N{k}", "authors": [name, f"Person{k} Alone{k}"], "title": "notes", "year": 2000}
        for k, name in enumerate(every)
    ]


LAB_ONE = ["Ada Lovelace", "Grace Hopper", "Barbara Liskov", "Frances Allen", "Karen Jones"]
LAB_TWO = ["Alan Turing", "Claude Shannon", "Edsger Dijkstra", "Donald Knuth", "Tony Hoare"]


def two_labs(one: str = "Wei Wang", two: str = "Wei Wang") -> list[Any]:
    return [
        *lab("A", LAB_ONE, PARSING, range(1996, 2006), one),
        *lab("B", LAB_TWO, RADIO, range(2010, 2019), two),
    ]


# -- how many bear a name -------------------------------------------------------------------


@settings(deadline=None)
@given(st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), max_size=12))
def test_walks_counted_one_by_one(names: set[tuple[str, str]]) -> None:
    found = expected_bearers([parse(f"{g}{g} {f}{f}") for g, f in sorted(names)])
    families = {g: [f for h, f in names if h == g] for g, _ in names}
    givens = {f: [g for g, h in names if h == f] for _, f in names}
    for (g, f), value in zip(sorted(names), found.tolist(), strict=True):
        walks = sum(
            1 / len(givens[other]) / len(families[through])
            for other in families[g]
            for through in givens[other]
            if f in families[through] and other != f and through != g
        )
        assert value == pytest.approx(FACTOR * walks**POWER, abs=1e-9)


def test_names_that_say_little() -> None:
    texts = ["Wei Li", "Jun Li", "Jun Wang", "Wei Wang", "W. Wang", "Anonymous", "", "Plato"]
    found = expected_bearers([parse(text) for text in texts])
    assert (found[:4] > 0.1).all()
    assert (found[4:] == 0).all()


def test_han_names_have_a_surname_too() -> None:
    found = expected_bearers([parse(text) for text in ("王伟", "李伟", "王军", "李军", "欧阳")])
    assert (found[:4] > 0.1).all()
    assert found[4] == 0


def test_a_name_of_several_ids_counts_once() -> None:
    texts = ["Wei Li", "Jun Li", "Jun Wang", "Wei Wang"]
    once = expected_bearers([parse(text) for text in texts])
    twice = expected_bearers([parse(text) for text in texts * 2])
    assert twice.tolist() == [*once, *once]


# -- what two mentions have in common -------------------------------------------------------


def described(kg: KnowledgeGraph, *names: str) -> dict[tuple[str, str], list[float]]:
    """The features of all pairs of mentions of some names, by papers."""
    c = context(kg)
    codes = [i for i, printed in enumerate(c.printed) if printed in names]
    rows = np.flatnonzero(np.isin(c.author, codes)).astype(np.int64)
    rows = rows[np.argsort(c.paper[rows])]
    groups = Groups(rows, np.array([0, len(rows)]), np.array([2.0]))
    around = Surroundings(c, np.zeros(len(c.authors)))
    x = features(around, groups)
    one, other, _ = pairs(groups)
    papers = c.papers.to_pylist()
    return {
        (papers[c.paper[rows[i]]], papers[c.paper[rows[j]]]): x[k].tolist()
        for k, (i, j) in enumerate(zip(one, other, strict=True))
    }


def test_people_thrown_together_look_like_namesakes() -> None:
    """What the models learn from holds where they are used: nothing is read off the name."""
    made = described(graph(two_labs("Kurt Goedel", "Emmy Noether")), "Kurt Goedel", "Emmy Noether")
    true = described(graph(two_labs()), "Wei Wang")
    assert made.keys() == true.keys()
    for key, values in made.items():
        np.testing.assert_allclose(values, true[key], rtol=1e-3, atol=1e-4)


def test_features_of_a_pair() -> None:
    kg = graph(
        [
            {"id": "1", "authors": ["Wei Wang", "Ada King", "Bo Ek"], "title": "a b", "year": 1999},
            {"id": "2", "authors": ["Ada King", "Wei Wang"], "title": "a b", "year": 2003},
            {"id": "3", "authors": ["Wei Wang"], "title": "c d"},
        ]
    )
    found = described(kg, "Wei Wang")
    first = dict(zip(FEATURES, found["paper:1", "paper:2"], strict=True))
    assert first["overlap"] == 0.5
    assert first["shared"] == pytest.approx(1 / np.log(3.5))
    assert first["years"] == 4
    assert (first["team_least"], first["team_most"]) == (2, 3)
    assert (first["both_last"], first["any_first"]) == (0, 1)
    assert first["components"] == 2
    assert first["linked"] == pytest.approx(1 / 3)
    assert first["span"] == 4
    alone = dict(zip(FEATURES, found["paper:1", "paper:3"], strict=True))
    assert alone["shared"] == alone["overlap"] == alone["near"] == alone["around"] == 0
    assert np.isnan(alone["years"])
    assert np.isnan(alone["venue"])


@settings(deadline=None)
@given(st.lists(st.integers(1, 30), max_size=12), st.integers(1, 200))
def test_batches_are_the_groups(sizes: list[int], most: int) -> None:
    starts = np.cumsum([0, *sizes])
    whole = Groups(np.arange(starts[-1]), starts, np.arange(0.5, len(sizes)))
    parts = list(batches(whole, most))
    assert [int(n) for part in parts for n in part.sizes] == sizes
    assert [r for part in parts for r in part.rows.tolist()] == whole.rows.tolist()
    assert [b for part in parts for b in part.bearers.tolist()] == whole.bearers.tolist()
    assert all(
        len(part.sizes) == 1 or (part.sizes * (part.sizes - 1) // 2).sum() <= most for part in parts
    )


# -- trees ----------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 14), st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_forks_counted_one_by_one(leaves: int, seed: int, least: float) -> None:
    rng = np.random.default_rng(seed)
    number = leaves * (leaves - 1) // 2
    chance, x = rng.random(number), rng.random((number, len(FEATURES))).astype(np.float32)
    year = rng.integers(1990, 2020, leaves).astype(float)
    found = tree(chance, x, year)
    square = np.zeros((leaves, leaves))
    square[np.triu_indices(leaves, 1)] = x[:, at("topics")]
    square += square.T
    for fork in range(leaves - 1):
        told = dict(zip(OF_FORKS, found.features[fork].tolist(), strict=True))
        sides = sorted((found.leaves(found.left[fork]), found.leaves(found.right[fork])), key=len)
        small, large = sides
        if len(small) == len(large):
            continue
        assert (told["smaller"], told["larger"]) == (len(small), len(large))
        across = [square[i, j] for i in small for j in large]
        assert told["topics_between"] == pytest.approx(np.mean(across), abs=1e-4)
        inside = [square[i, j] for i, j in itertools.combinations(large, 2)]
        assert told["topics_in_larger"] == pytest.approx(np.mean(inside), abs=1e-4)
        spans = [(year[s].min(), year[s].max()) for s in sides]
        gap = max(spans[0][0] - spans[1][1], spans[1][0] - spans[0][1], 0)
        assert told["years_apart"] == gap
    same = rng.random(leaves - 1)
    branches = found.branches(same, least)
    assert sorted(leaf for b in branches for leaf in b.leaves.tolist()) == list(range(leaves))
    assert branches[0].of == -1
    for place, branch in enumerate(branches[1:], 1):
        assert branch.of < place
        assert same[branch.fork] < least


# -- claims ---------------------------------------------------------------------------------


def placed(kg: KnowledgeGraph) -> dict[str, list[str]]:
    """Papers by whom they are counted under, of all who print "Wei Wang"."""
    rows = kg.resolve(0.5).authorships
    rows = rows[rows.printed_name == "Wei Wang"]
    return {str(a): sorted(set(part.paper)) for a, part in rows.groupby("author")}


def test_two_people_of_one_name() -> None:
    kg = graph([*names_all_over(), *two_labs()])
    found = placed(kg)
    assert set(found) == {"author:Wei_Wang", "author:Wei_Wang:B2010.0:2"}
    first, second = sorted(found.values(), key=len, reverse=True)
    assert {p[:7] for p in first} == {"paper:A"}
    assert {p[:7] for p in second} == {"paper:B"}
    (evidence,) = set(match(kg).matches.evidence)
    assert evidence.startswith("'Wei Wang' on paper:B2010.0 and 26 more (2010–2018; with ")
    assert "no shared coauthor" in evidence


def test_papers_of_others_change_no_id() -> None:
    kg = graph([*names_all_over(), *two_labs()])
    later = lab("A", LAB_ONE, PARSING, range(2006, 2009), "Wei Wang")
    assert set(placed(kg)) == set(placed(kg | graph(later, "source:later")))


def test_people_told_apart_stay_so_when_papers_are_added() -> None:
    """The ids that this matcher mints are no printed names, and no spelling of one."""
    kg = graph([*names_all_over(), *two_labs()], "source:one")
    more = graph([{"id": "Z", "authors": ["Wei Wang", "Lea Roe"], "title": "t"}], "source:later")
    again = (kg.resolve() | more).resolve()
    assert "author:Wei_Wang:B2010.0:2" in placed(kg.resolve())
    assert placed(again) == placed(kg | more)
    spellings = again.matches[again.matches.method == "same spelling"]
    assert not {*spellings.a, *spellings.b} & set(placed(again))


def test_claims_are_the_same_on_every_run() -> None:
    papers = [*names_all_over(), *two_labs()]
    kg = match(graph(papers))
    assert match(kg) == kg
    assert match(graph(papers[::-1])).matches.evidence.tolist() == kg.matches.evidence.tolist()


def test_one_person_stays_one() -> None:
    kg = graph([*names_all_over(), *lab("A", LAB_ONE, PARSING, range(1996, 2003), "Wei Wang")])
    assert list(placed(kg)) == ["author:Wei_Wang"]


def test_a_rare_name_is_one_person() -> None:
    """However different its papers are."""
    kg = graph([*names_all_over(), *two_labs("Kurt Goedel", "Kurt Goedel")])
    assert match(kg).matches.empty


def test_twice_on_one_paper() -> None:
    papers = two_labs()
    papers.append({"id": "both", "authors": ["Wei Wang", "Ada Lovelace", "Wei Wang"]})
    kg = graph([*names_all_over(), *papers]).resolve(0.5)
    rows = kg.authorships
    both = rows[(rows.paper == "paper:both") & (rows.printed_name == "Wei Wang")]
    assert both.author.nunique() == 2


def test_new_sources_alone_are_looked_at() -> None:
    kg = match(graph([*names_all_over(), *two_labs()], "source:one"))
    more = graph([{"id": "Z", "authors": ["Jun Ek", "Lea Roe"], "title": "t"}], "source:two")
    again = match(kg | more)
    keys = ["a", "b", "score", "evidence"]
    assert again.matches[keys].values.tolist() == kg.matches[keys].values.tolist()
    assert set(kg.authors.id) <= set(again.authors.id)


def test_people_told_apart_stay_so_when_papers_of_others_are_added() -> None:
    """That two people differ is claimed of ids, not of mentions: such claims are kept too."""
    kg = graph([*names_all_over(), *mercers()], "source:one")
    one, other = "author:Robert_E._Mercer", "author:Robert_L._Mercer"
    said = {"a": one, "b": other, "method": "test", "score": 0.9, "source": "source:said"}
    kg |= KnowledgeGraph({"matches": [said]})
    assert {one, other} <= set(kg.resolve().authors.id)
    more = graph([{"id": "Z", "authors": ["Jun Ek", "Lea Roe"], "title": "t"}], "source:two")
    assert {one, other} <= set((kg.resolve() | more).resolve().authors.id)


def _names(*parts: list[str]) -> list[str]:
    return [" ".join(filter(None, name)) for name in itertools.product(*parts)]


OTHERS = _names(["Robert", "Anna"], ["", "E.", "L."], ["Mercer", "Quandt"])
NEW = _names(["Wei", "Jun"], ["", "B."], ["Wang", "Li"])


def _papers(names: list[str]) -> st.SearchStrategy[list[Any]]:
    words = st.sampled_from([PARSING[:4], PARSING[4:8], RADIO[:4], RADIO[4:8]])
    authors = st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)
    paper = st.tuples(authors, st.integers(1990, 2020), words)
    return st.lists(paper, min_size=1, max_size=30)


@given(_papers([*OTHERS, *NEW]), _papers(NEW))
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_new_papers_change_nobody_whose_name_is_like_none_of_theirs(old: Any, new: Any) -> None:
    def printed(papers: Any, prefix: str) -> KnowledgeGraph:
        told = [
            {"id": f"{prefix}{k}", "authors": names, "year": year, "title": " ".join(words)}
            for k, (names, year, words) in enumerate(papers)
        ]
        return graph(told, f"source:{prefix}")

    before = (printed(old, "old") | graph(names_all_over(), "source:more")).resolve()
    after = (before | printed(new, "new")).resolve()
    was, now = (signatures(kg).to_pylist() for kg in (before, after))
    by = {row["row"]: row["author"] for row in now}
    others = [row for row in was if row["printed_name"] in OTHERS]
    assert [by[row["row"]] for row in others] == [row["author"] for row in others]


def test_nothing_to_tell_apart() -> None:
    assert match(KnowledgeGraph()).matches.empty
    names = ["", "X", "et al.", "Anonymous", "The CLIA Consortium", "W. Wang", "Wei Wang"]
    kg = graph(
        [*names_all_over(), *({"id": f"E{k}", "authors": [n]} for k, n in enumerate(names) if n)]
    )
    assert match(kg).matches.empty


def test_more_papers_than_are_compared_in_pairs() -> None:
    """Some papers of every lab are compared, and the others follow those of their company."""
    first = lab("A", LAB_ONE, PARSING, range(1900, 1970), "Wei Wang")
    second = lab("B", LAB_TWO, RADIO, range(1970, 2010), "Wei Wang")
    kg = graph([*names_all_over(), *first, *second])
    rows = kg.authorships.printed_name == "Wei Wang"
    assert rows.sum() > MOST_COMPARED
    found = sorted(placed(kg).values(), key=len, reverse=True)
    assert [{paper[:7] for paper in papers} for papers in found] == [{"paper:A"}, {"paper:B"}]


@given(st.lists(st.integers(1, 700), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_at_most_so_many_represent_a_name(sizes: list[int]) -> None:
    papers = [
        {"id": f"{k}.{n}", "authors": [f"Wei{k} Wang", f"Ann Ek{n % 7}"]}
        for k, size in enumerate(sizes)
        for n in range(size)
    ]
    c = context(graph(papers))
    order = np.flatnonzero([str(c.printed[a]).startswith("Wei") for a in c.author])
    order = order[np.argsort(c.author[order], kind="stable")].astype(np.int64)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    groups = Groups(order, ends, np.ones(len(sizes)))
    few, places = represented(Surroundings(c, np.ones(len(c.authors))), groups)
    assert few.sizes.tolist() == [min(size, MOST_COMPARED) for size in sizes]
    for k, chosen in enumerate(places):
        mine = few.rows[few.starts[k] : few.starts[k + 1]]
        assert np.unique(chosen).tolist() == chosen.tolist()
        assert (groups.rows[ends[k] + chosen] == mine).all()


def mercers() -> list[dict[str, Any]]:
    return [
        *lab("A", LAB_ONE, PARSING, range(1996, 2003), "Robert E. Mercer"),
        *lab("B", LAB_TWO, RADIO, range(2009, 2014), "Robert L. Mercer"),
        *lab("C", LAB_ONE, PARSING, range(2003, 2005), "Robert Mercer"),
        *lab("D", LAB_TWO, RADIO, range(2014, 2015), "Robert Mercer"),
    ]


def test_a_bare_name_between_two_middle_names() -> None:
    kg = graph(mercers())
    claims = match(kg).matches
    rows = kg.authorships.assign(row=context(kg).rows.to_pylist())
    of = dict(zip(rows.row, rows.paper, strict=True))
    by = {(of[a][:7], b) for a, b in zip(claims.a, claims.b, strict=True)}
    assert by == {
        ("paper:C", "author:Robert_E._Mercer"),
        ("paper:D", "author:Robert_L._Mercer"),
    }
    assert (claims.score > 0.5).all()
    assert "nearer to 'Robert E. Mercer' on paper:A1996.0 and 20 more" in claims.evidence[0]


def test_affiliations_weigh() -> None:
    """One employer speaks for one person, two for two; who names none says nothing."""
    uni, lab = "University of Oxbridge", "Acme Robotics Laboratory"
    papers = [
        {"id": f"F{k}", "authors": ["Wei Wang"], "affiliations": {1: where} if where else {}}
        for k, where in enumerate([uni, uni, lab, lab, None])
    ]
    others: list[dict[str, Any]] = [
        {"id": f"G{k}", "authors": [f"Ann Ek{k}"], "affiliations": {1: f"Institute{k} Town{k}"}}
        for k in range(40)
    ]
    c = context(graph([*papers, *others, *({**p, "id": p["id"] + "x"} for p in others)]))
    rows = np.flatnonzero([c.printed[a] == "Wei Wang" for a in c.author]).astype(np.int64)
    groups = Groups(rows, np.array([0, 5]), np.array([2.0]))
    one, other, _ = pairs(groups)
    odds = affiliations(Surroundings(c, np.zeros(len(c.authors))), groups, one, other)
    of = {
        (str(c.papers[c.paper[rows[i]]]), str(c.papers[c.paper[rows[j]]])): float(value)
        for i, j, value in zip(one, other, odds, strict=True)
    }
    assert of["paper:F0", "paper:F1"] == of["paper:F2", "paper:F3"] == ODDS[-1]
    assert of["paper:F0", "paper:F2"] == pytest.approx(ODDS[0])
    assert of["paper:F0", "paper:F4"] == 1


def test_coauthors_count_under_one_name_whatever_their_spelling() -> None:
    """Else one who prints a middle initial now and then would be two coauthors."""
    papers = [
        {"id": "1", "authors": ["Wei Wang", "Ada King"]},
        {"id": "2", "authors": ["Wei Wang", "Ada B. King"]},
    ]
    kg = graph(papers) | gk.same("author:Ada_King", "author:Ada_B._King")
    c = context(kg)
    joined = persons(kg, c).joined()
    assert c.coauthors.nnz == joined.coauthors.nnz == 4
    assert (c.coauthors.sum(axis=0) > 1).sum() == 1
    assert (joined.coauthors.sum(axis=0) > 1).sum() == 2
