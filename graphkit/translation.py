"""Statements in the terms of other vocabularies -> statements in ours.

A translation is only proposed: `graphkit.rdf` makes rows of it, and what no row takes is
forgotten again, so that nothing is claimed that the source does not say and nothing that it
says is lost. What the terms mean stands in `graphkit.mappings`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphkit.conforming import conform
from graphkit.ids import Namespaces, mint, normalise_text
from graphkit.mappings import (
    BEHIND,
    HTTP_SCHEMA,
    INVERSES,
    LISTS,
    NAME_PARTS,
    SCHEMA,
    Match,
    coerced,
    iri,
    matches,
    names,
    quoted,
    shortcuts,
    tables_of_class,
    text_of,
)
from graphkit.nquads import RDF, lines_of
from graphkit.schema import Column, Table, schema

__all__ = ["Translation", "translate"]

Triple = tuple[str, str, str]
TYPE = f"{RDF}type"


@dataclass(slots=True)
class Translation:
    """What a graph says in our terms.

    Attributes
    ----------
    added : set of str
        Lines of N-Quads, without line ends.
    says : dict of str to str
        Line of the graph -> the added line that says the same in our terms.
    """

    added: set[str] = field(default_factory=set)
    says: dict[str, str] = field(default_factory=dict)


def translate(
    triples: Iterable[Triple],
    graph: str,
    namespaces: Namespaces,
    elsewhere: Mapping[str, dict[str, Table]] | None = None,
) -> Translation:
    """What a graph says in our terms.

    Parameters
    ----------
    triples : iterable of (str, str, str)
        Terms in N-Quads syntax, tidied by `graphkit.quads.split`.
    graph : str
        The term of the named graph that they stand in; ``""`` for the default graph.
    namespaces : Namespaces
    elsewhere : mapping of str to dict, optional
        The tables, by name, of nodes whose classes are not among the triples.

    Returns
    -------
    Translation

    Examples
    --------
    >>> a, name = f"<{TYPE}>", "<http://schema.org/name>"
    >>> ada = [("<http://x/a>", a, "<http://schema.org/Person>"), ("<http://x/a>", name, '"Ada"')]
    >>> print(*sorted(translate(ada, "", Namespaces()).added), sep="\\n")
    <http://x/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person> .
    <http://x/a> <http://www.w3.org/2000/01/rdf-schema#label> "Ada" .
    <http://x/a> <http://xmlns.com/foaf/0.1/name> "Ada" .
    """  # noqa: E501
    return _Translator(triples, graph, namespaces, elsewhere or {}).run()


class _Translator:
    """One graph, node by node."""

    def __init__(
        self,
        triples: Iterable[Triple],
        graph: str,
        namespaces: Namespaces,
        elsewhere: Mapping[str, dict[str, Table]],
    ) -> None:
        self._namespaces = namespaces
        self._elsewhere = elsewhere
        self._graph = graph
        self._end = f" {graph} ." if graph else " ."
        self._nodes: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for s, p, o in triples:
            self._nodes[s].append((p[1:-1], o))
        self._given = {node: tuple(said) for node, said in self._nodes.items()}
        self._turn_round()
        self._tables: dict[str, dict[str, Table]] = {}
        # Authorships of authors who are but a text, and these by the ids made for them.
        self._signed: list[dict[str, str]] = []
        self._printed_names: dict[str, str] = {}
        self._found = Translation()

    def run(self) -> Translation:
        for node in self._nodes:
            self._tables[node] = self._classes(node)
        for node, held in self._tables.items():
            for table in held.values():
                if table.has_id:
                    self._noun(node, table)
        people = schema().table("authors")
        for person, name in self._printed_names.items():
            self._add_class(person, str(people.cls), None)
            self._write(person, people.column("name"), quoted(name))
        self._authorships()
        given = {self._line(s, p, o) for s, said in self._given.items() for p, o in said}
        self._found.added -= given
        return self._found

    # -- what is said ---------------------------------------------------------------------

    def _line(self, s: str, p: str, o: str) -> str:
        return f"{s} <{p}> {o}{self._end}"

    def _add(self, s: str, p: str, o: str, said: tuple[str, str] | None = None) -> None:
        """A line of ours; ``said`` is what it says in the words of the graph."""
        line = self._line(s, p, o)
        self._found.added.add(line)
        # In the order of the mappings: the first translation is the term itself.
        if said is not None and said[1] == o and said != (p, o):
            self._found.says.setdefault(self._line(s, *said), line)

    def _turn_round(self) -> None:
        turned = {iri(there): iri(here) for there, here in INVERSES.items()}
        for node, said in self._given.items():
            for p, o in said:
                if p in turned and o.startswith("<"):
                    self._nodes[o].append((turned[p], node))

    def _classes(self, node: str) -> dict[str, Table]:
        """The tables that a node belongs to, by its classes, which are added."""
        held: dict[str, Table] = {}
        for p, o in self._given.get(node, ()):
            if p != TYPE or not o.startswith("<"):
                continue
            for match in matches().get(o[1:-1], ()):
                table = tables_of_class().get(match.ours)
                if table is None or not match.read:
                    continue
                held[table.name] = table
                if table.has_id:
                    same = (p, o) if match.same else None
                    self._add_class(node, match.ours, same)
                    for cls in (table.cls, *table.also):
                        self._add_class(node, str(cls), None)
        return held

    def _add_class(self, node: str, cls: str, said: tuple[str, str] | None) -> None:
        line = self._line(node, TYPE, f"<{cls}>")
        self._found.added.add(line)
        if said is not None and said[1] != f"<{cls}>":
            self._found.says.setdefault(self._line(node, *said), line)

    # -- nouns ----------------------------------------------------------------------------

    def _noun(self, node: str, table: Table) -> None:
        filled: set[str] = set()
        for p, o in self._nodes[node]:
            for match in matches().get(p, ()):
                for column in table.columns:
                    if column.property == match.ours != TYPE:
                        filled |= self._cell(node, column, match, (p, o))
                self._shortcut(node, table, match, (p, o))
                if match.ours == iri("dcterms:creator") and match.read and o.startswith('"'):
                    self._printed(node, text_of(o))
        self._behind(node)
        label = next((c for c in table.columns if c.name == table.label), None)
        if label is not None and label.property and label.name not in filled:
            for text in self._other_labels(node, label):
                self._write(node, label, text)
        self._own_identifier(node, table)

    def _cell(self, node: str, column: Column, match: Match, said: tuple[str, str]) -> set[str]:
        value = coerced(column, said[1])
        if value is None or not self._fits(column, match, value):
            return set()
        self._write(node, column, value, said if match.same else None)
        return {column.name}

    def _write(
        self, node: str, column: Column, value: str, said: tuple[str, str] | None = None
    ) -> None:
        assert column.property is not None
        self._add(node, column.property, value, said)
        for copy in column.copies:
            self._add(node, copy, value)

    def _fits(self, column: Column, match: Match, value: str) -> bool:
        """Whether the thing that is pointed at may be what the column refers to."""
        if not value.startswith("<"):
            return match.read
        held = self._tables.get(value) or self._elsewhere.get(value, {})
        if not match.read:
            # A wider property is enough where the thing at its end tells what is meant.
            return column.refers is not None and column.refers in held
        return not held or column.refers is None or column.refers in held

    def _shortcut(self, node: str, table: Table, match: Match, said: tuple[str, str]) -> None:
        for start, end in shortcuts().get(match.ours, ()):
            value = coerced(end, said[1])
            starts_here = start.refers in (table.name, None)
            if starts_here and value is not None and self._fits(end, match, value):
                self._add(node, match.ours, value, said if match.same else None)

    def _behind(self, node: str) -> None:
        for p, (further, ours) in BEHIND.items():
            for between in self._objects(node, iri(p)):
                for o in self._objects(between, iri(further)):
                    for table in self._tables[node].values():
                        for column in table.columns:
                            value = coerced(column, o) if column.property == iri(ours) else None
                            if value is not None:
                                self._write(node, column, value)

    def _objects(self, node: str, p: str) -> list[str]:
        http = HTTP_SCHEMA + p.removeprefix(SCHEMA) if p.startswith(SCHEMA) else p
        return [o for q, o in self._nodes.get(node, ()) if q in (p, http)]

    def _other_labels(self, node: str, column: Column) -> Iterator[str]:
        """What a thing is called where the property that should say so is missing."""
        for given, family in NAME_PARTS:
            parts = [self._objects(node, iri(name))[:1] for name in (given, family)]
            texts = [text_of(part[0]) for part in parts if part]
            name = " ".join(text for text in texts if text)
            if column.name == "name" and name:
                yield quoted(name)
                return
        for p in dict.fromkeys((*column.copies, *names())):
            values = [coerced(column, o) for o in self._objects(node, p)]
            if any(values):
                yield from filter(None, values)
                return

    def _own_identifier(self, node: str, table: Table) -> None:
        """A DOI or an ORCID iD that is the IRI of the thing itself."""
        for column in table.columns:
            if column.name in ("doi", "orcid"):
                value = coerced(column, node)
                if value is not None:
                    self._write(node, column, value)

    def _printed(self, paper: str, name: str) -> None:
        """An author of whom only the name is given, as a text."""
        if not normalise_text(name):
            return
        person = f"<{self._namespaces.expand(mint('author', name))}>"
        self._printed_names[person] = name
        self._signed.append({"paper": paper, "author": person, "printed_name": name})

    # -- authorships ----------------------------------------------------------------------

    def _authorships(self) -> None:
        """Authors in order: from nodes of their own, and from lists."""
        table = schema().table("authorships")
        rows = [
            row
            for node, held in self._tables.items()
            if table.name in held
            for row in self._signature(node, table)
        ]
        for node, held in self._tables.items():
            if "papers" in held:
                rows += self._listed(node)
        rows = list(_without_clashes(rows + self._signed))
        if not rows:
            return
        ids = [{k: self._id(v) if v[:1] == "<" else v for k, v in row.items()} for row in rows]
        source = self._id(self._graph) if self._graph else ""
        data = [{**row, "source": source} for row in ids]
        typed = [{**row, "position": _number(row.get("position"))} for row in data]
        for _, lines in lines_of(table, conform(table, typed, self._namespaces), self._namespaces):
            self._found.added |= set(lines.to_pylist())

    def _id(self, term: str) -> str:
        return self._namespaces.compress(term[1:-1])

    def _signature(self, node: str, table: Table) -> Iterator[dict[str, str]]:
        row: dict[str, str] = {}
        for p, o in self._nodes[node]:
            for match in matches().get(p, ()):
                for column in table.columns:
                    value = coerced(column, o) if column.property == match.ours else None
                    if value is None or not self._fits(column, match, value):
                        continue
                    cell = value if value.startswith("<") else text_of(value)
                    row.setdefault(column.name, cell)
        if {"paper", "author"} <= row.keys():
            yield row

    def _listed(self, paper: str) -> Iterator[dict[str, str]]:
        for name in LISTS:
            for head in self._objects(paper, iri(name)):
                members = [o for o in self._members(head) if o.startswith("<")]
                for position, author in enumerate(members, 1):
                    yield {"paper": paper, "author": author, "position": str(position)}

    def _members(self, head: str) -> list[str]:
        """The members of an rdf:List or of an rdf:Seq."""
        numbered = [
            (int(p.removeprefix(f"{RDF}_")), o)
            for p, o in self._nodes.get(head, ())
            if re.fullmatch(rf"{re.escape(RDF)}_[0-9]{{1,9}}", p)
        ]
        if numbered:
            return [o for _, o in sorted(numbered)]
        members: list[str] = []
        seen: set[str] = set()
        while head in self._nodes and head not in seen:
            seen.add(head)
            members += self._objects(head, f"{RDF}first")[:1]
            head = next(iter(self._objects(head, f"{RDF}rest")), "")
        return members


def _without_clashes(rows: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Authorships with keys of their own: a position that is taken is not told."""
    taken: set[tuple[str, str]] = set()
    for row in rows:
        for name in ("position", "author"):
            key = (row["paper"], row.get(name, ""))
            if row.get(name) and key not in taken:
                taken |= {key, (row["paper"], row["author"])}
                yield (
                    row if name == "position" else {k: v for k, v in row.items() if k != "position"}
                )
                break


def _number(text: Any) -> int | None:
    return int(text) if text is not None else None
