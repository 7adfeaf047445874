"""The tour: what can be done with the bundled graph, shown step by step."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from graphkit.bundled import example
from graphkit.cli import console

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["run"]

QUESTION = """\
SELECT ?topic (COUNT(DISTINCT ?paper) AS ?papers) (COUNT(DISTINCT ?person) AS ?people)
WHERE {
  ?paper dcterms:subject/skos:prefLabel ?topic ; dcterms:creator ?person .
}
GROUP BY ?topic ORDER BY DESC(?papers) ?topic LIMIT 5"""
CENTRAL = 5


def run(out: str | os.PathLike[str]) -> None:
    """Build, query, measure, recommend and draw the bundled graph, telling what is done.

    Parameters
    ----------
    out : path-like
        A folder for what is written: the graph, Turtle, GraphML and a page to open.

    Raises
    ------
    StorageError
        The folder cannot be written.
    """
    from graphkit.export import export

    out = Path(out)
    kg = example()
    names = kg.authorships["printed_name"].nunique()
    kg = kg.resolve()
    console.say("1. A page of papers becomes a graph")
    console.say(f"   {kg.summary()}")
    console.say(f"   {names} printed names are {kg.counts()['authors']} people, since")
    for evidence in kg.matches["evidence"]:
        console.say(f"   {evidence}")

    console.say("\n2. It answers SPARQL")
    console.say("   " + QUESTION.replace("\n", "\n   "))
    answer = kg.query(QUESTION)
    console.rows(cast("pd.DataFrame", answer).to_dict("records"), "table")

    console.say("3. Its coauthor network has a centre")
    network = kg.coauthors()
    central = network.measure("pagerank", "betweenness", "degree", "papers")
    central = central.nlargest(CENTRAL, "pagerank").drop(columns="author")
    console.rows(central.to_dict("records"), "table")

    author = central["name"].iloc[0]
    console.say(f"4. With whom might {author} write next?")
    for number, row in enumerate(kg.collaborators(author, 3).to_dict("records"), 1):
        console.say(f"   {number}. {row['name']} ({row['score']:.3f})")
        for reason in row["reasons"][:2]:
            console.say(f"      {reason}")

    console.say(f"\n5. Files in {out}{os.sep}")
    kg.save(out / "interspeech-2022.kg")
    for name in ("interspeech-2022.ttl", "coauthors.graphml"):
        export(kg, out / name)
    network.draw(title="Coauthors at Interspeech 2022").save(out / "coauthors.html")
    about = {
        "interspeech-2022.kg": "the graph: graphkit.open() or graphkit info",
        "interspeech-2022.ttl": "the same as RDF, in Turtle",
        "coauthors.graphml": "the network, for Gephi, yEd, igraph",
        "coauthors.html": "the drawing: open it in a browser",
    }
    for name, words in about.items():
        console.say(f"   {name:<22} {words}")
