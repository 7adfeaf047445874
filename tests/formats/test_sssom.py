from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.errors import ReadError
from graphkit.export import export
from graphkit.identity.claims import DIFFERENT, SAME, VERSION_OF
from graphkit.identity.decisions import known
from tests.conftest import graph_of

A, B, C = (f"author:{letter}" for letter in "ABC")
HEAD = "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tpredicate_modifier"
CURATED = "semapv:ManualMappingCuration"


def written(path: Path, *rows: str, header: str = "") -> Path:
    path.write_text(header + "\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def test_decisions_travel_and_are_the_sources_that_they_were(tmp_path: Path) -> None:
    kg = graph_of({"P": ["A", "X"], "Q": ["B"], "R": ["C"]})
    noon = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
    later = noon + datetime.timedelta(minutes=5)
    decided = kg | gk.same(A, B, by="Ada", reason='one "home\tpage"', at=noon)
    decided |= gk.different(A, "row:authorships/paper:P;1", by="Ada", at=later)
    path = export(decided, tmp_path / "decisions.sssom.tsv")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:5] == [
        "#curie_map:",
        "#  author: https://w3id.org/graphkit/id/author/",
        "#  owl: http://www.w3.org/2002/07/owl#",
        "#  row: https://w3id.org/graphkit/id/row/",
        "#  semapv: https://w3id.org/semapv/vocab/",
    ]
    # Both are of one day; the order of the file tells which came later.
    assert [line.split("\t")[3] for line in lines[-2:]] == [SAME, DIFFERENT]
    again = kg | gk.read(path)
    assert again.matches.values.tolist() == decided.matches.values.tolist()
    assert known(again)["relation"].to_pylist() == [DIFFERENT, SAME]
    assert again.sources["decided_by"].dropna().tolist() == ["Ada", "Ada"]
    assert set(again.source_ids()) == set(decided.source_ids())
    both = decided | gk.read(path)
    assert set(both.source_ids()) == set(decided.source_ids())
    assert (
        again.resolve(0.5).identities["entity"].tolist()
        == decided.resolve(0.5).identities["entity"].tolist()
    )


def test_mappings_of_others(tmp_path: Path) -> None:
    path = written(
        tmp_path / "theirs.tsv",
        f"author:A\tskos:exactMatch\tp:0000-0001\t{CURATED}\t\t",
        f"author:A\towl:sameAs\tauthor:C\t{CURATED}\t\tNot",
        "author:A\towl:sameAs\tauthor:B\tsemapv:LexicalMatching\t0.4\t",
        "author:A\towl:sameAs\tauthor:B\tsemapv:LexicalMatching\t0.7\t",
        "doi:10.1/x\tdcterms:isVersionOf\tdoi:10.1/y\tsemapv:ManualMappingCuration\t\t",
        f"author:A\tskos:closeMatch\tauthor:D\t{CURATED}\t\t",
        f"author:A\towl:sameAs\tauthor:A\t{CURATED}\t\t",
        f"author:A\towl:sameAs\tno id\t{CURATED}\t\t",
        "author:A\towl:sameAs\tauthor:E\tsemapv:LexicalMatching\tsure\t",
        "author:A\towl:sameAs\tration\tsemapv:LexicalMatching\t\t",
        header="#curie_map:\n#  p: https://orcid.org/\n#mapping_set_id: https://example.org/m\n",
    )
    kg = gk.read(path)
    columns = ["a", "b", "relation", "method", "score"]
    assert sorted(map(tuple, kg.matches[columns].values.tolist())) == [
        (A, B, SAME, "LexicalMatching", 0.7),
        (A, C, DIFFERENT, "decision", 1.0),
        (A, "orcid:0000-0001", SAME, "decision", 1.0),
        ("doi:10.1/x", "doi:10.1/y", VERSION_OF, "ManualMappingCuration", 1.0),
    ]
    assert kg.notes["place"].tolist() == [f"line {number}" for number in range(10, 15)]
    assert kg.notes["reason"].iloc[-1] == "'ration' is no id: a CURIE or an IRI is one"
    assert (
        kg.notes["reason"][0]
        == "skos:closeMatch says neither that two are one nor that they are two"
    )


def test_what_holds_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no mapping of two things"):
        gk.read(written(tmp_path / "a.tsv", f"author:A\trdfs:label\tauthor:B\t{CURATED}\t\t"))
    (tmp_path / "b.tsv").write_text("subject_id\tobject_id\nx\ty\n")
    with pytest.raises(ReadError, match="lacks one of the columns"):
        gk.read(tmp_path / "b.tsv", format="sssom")
