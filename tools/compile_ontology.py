"""Compile ontology/*.ttl to graphkit/schema.json, which the package reads at run time.

rdflib takes long to import, so nobody pays for it who only reads tables. A test fails
when the committed file is stale.

    python tools/compile_ontology.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rdflib import RDF, RDFS, XSD, Graph, Namespace
from rdflib.collection import Collection

ROOT = Path(__file__).parent.parent
GK = Namespace("https://w3id.org/graphkit/ontology#")
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
BASE = "https://w3id.org/graphkit/id/"

KINDS = {
    XSD.string: "string",
    XSD.integer: "integer",
    XSD.gYear: "year",
    XSD.double: "number",
    XSD.boolean: "boolean",
    XSD.dateTime: "time",
    XSD.anyURI: "link",
    RDF.langString: "language",
    RDFS.Class: "class",
    RDF.Property: "class",
    RDFS.Resource: "id",
}


def compile_ontology(folder: Path = ROOT / "ontology") -> dict[str, Any]:
    """Read the ontology and give the schema as plain data.

    Parameters
    ----------
    folder : Path
        Where ``graphkit.ttl`` and ``prefixes.ttl`` lie.

    Returns
    -------
    dict
        ``base``, ``prefixes`` and ``tables``, as `graphkit.schema` reads them.
    """
    text = (folder / "graphkit.ttl").read_text(encoding="utf-8")
    graph = Graph().parse(data=text, format="turtle")
    prefixes = _prefixes(folder / "prefixes.ttl")
    classes = {str(name): cls for cls, name in graph.subject_objects(GK.table)}
    # Turtle has no order; the file has one, and people read tables in it.
    names = sorted(classes, key=lambda name: text.index(f'gk:table "{name}"'))
    tables = [_table(graph, text, name, classes) for name in names]
    return {"base": BASE, "prefixes": prefixes, "tables": tables}


def _prefixes(path: Path) -> dict[str, str]:
    graph = Graph().parse(path, format="turtle")
    declared = {
        str(graph.value(node, SH.prefix)): str(graph.value(node, SH.namespace))
        for node in graph.objects(None, SH.declare)
    }
    return dict(sorted(declared.items()))


def _table(graph: Graph, text: str, name: str, classes: dict[str, Any]) -> dict[str, Any]:
    cls = classes[name]
    properties = {
        str(column): prop
        for prop, column in graph.subject_objects(GK.column)
        if str(column).startswith(f"{name}.") and _range(graph, prop) is not None
    }
    columns = [
        _column(graph, column, properties[column], classes)
        for column in sorted(properties, key=lambda column: text.index(f'"{column}"'))
    ]
    # Where a row stands closes it, whichever line of the ontology says so.
    columns.sort(key=lambda column: column["name"] == "place")
    key = graph.value(cls, GK.key)
    shortcuts = sorted(
        (str(prop), *(part.partition(".")[2] for part in str(value).split()))
        for prop, value in graph.subject_objects(GK.shortcut)
        if str(value).startswith(f"{name}.")
    )
    return {
        "name": name,
        "class": str(cls),
        "also": sorted(str(other) for other in graph.objects(cls, GK.alsoTyped)),
        "key": [str(part) for part in Collection(graph, key)] if key else None,
        "columns": columns,
        "shortcuts": [{"property": p, "subject": s, "object": o} for p, s, o in shortcuts],
    }


def _range(graph: Graph, prop: Any) -> Any:
    return graph.value(prop, RDFS.range) or graph.value(prop, SCHEMA.rangeIncludes)


def _tagged(graph: Graph) -> set[str]:
    return {str(column) for column in graph.objects(None, GK.column)}


def _column(graph: Graph, column: str, prop: Any, classes: dict[str, Any]) -> dict[str, Any]:
    reached = _range(graph, prop)
    table = column.partition(".")[0]
    tables = {cls: name for name, cls in classes.items()}
    kind = KINDS.get(reached, "id")
    if kind == "id" and reached != RDFS.Resource and reached not in tables:
        raise SystemExit(f"{column}: {reached} is neither a datatype nor the class of a table")
    values = sorted(
        str(cls)
        for cls, at in graph.subject_objects(GK.column)
        if kind == "class" and str(at) == column and cls != prop
    )
    return {
        "name": column.partition(".")[2],
        "kind": kind,
        "property": str(prop) if kind != "language" else None,
        "copies": sorted(
            str(copy) for copy, at in graph.subject_objects(GK.copy) if str(at) == column
        ),
        "prose": (prop, GK.prose, None) in graph and f"{table}.language" in _tagged(graph),
        "refers": tables.get(reached),
        "values": values,
    }


def main() -> None:
    """Write the compiled schema beside the package's modules."""
    target = ROOT / "graphkit" / "schema.json"
    target.write_text(render(compile_ontology()), encoding="utf-8")
    print(f"wrote {target.relative_to(ROOT)}")


def render(schema: dict[str, Any]) -> str:
    """The text of the compiled file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
