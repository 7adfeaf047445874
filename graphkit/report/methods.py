"""What the measures of a report mean, and how to cite them: from where they are defined."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from graphkit import __version__, registry

__all__ = ["HEADINGS", "MEANINGS", "references", "versions"]

# One sentence for a reader who has never measured a network.
MEANINGS = {
    "papers": "Who published most here: the number of papers.",
    "fractional-papers": "Who published most if a paper by n people gives each of them 1/n of it.",
    "degree": "Who wrote with most different people: the number of coauthors.",
    "pagerank": "Who writes with those whom others write with: where somebody who walks at random "
    "from coauthor to coauthor is most often found.",
    "betweenness": "Through whom the rest is connected: the share of all shortest chains of "
    "coauthors between two others that run through this person.",
    "harmonic": "Who is near to everybody: the mean of 1 / distance to each other person, a "
    "coauthor being at distance 1.",
    "constraint": "How closed the circle of coauthors is: low for those whose coauthors do not "
    "write with each other.",
    "effective-size": "Coauthors that are not reached through each other anyway.",
    "brokerage": "How often this person stands between two others who never wrote together: "
    "both of the person's own group (coordinator), one of it and one of another (gatekeeper), both "
    "of one other group (itinerant) or of two other groups (liaison).",
    "participation": "How evenly the ties are spread over the groups: 0 for one group alone.",
}
MEANINGS["sampled-betweenness"] = MEANINGS["betweenness"]
# What a measure is called where its name is no heading.
HEADINGS = {
    "fractional-papers": "Papers, shared among authors",
    "degree": "Coauthors",
    "pagerank": "PageRank",
    "harmonic": "Nearness",
    "sampled-betweenness": "Betweenness",
}
LIBRARIES = ("igraph", "matplotlib", "numpy", "pandas", "pyarrow", "scipy")


def references(names: Iterable[str]) -> list[dict[str, str]]:
    """The definition and the sources of measures, as their documentation gives them.

    Parameters
    ----------
    names : iterable of str
        Registered measures.

    Returns
    -------
    list of dict
        ``name``, ``definition`` (one sentence), ``sources`` (list of str).

    Examples
    --------
    >>> references(["betweenness"])[0]["sources"]
    ['L. C. Freeman (1977). A set of measures of centrality based on betweenness. Sociometry 40, \
35-41.']
    """
    return [_reference(name, registry.load("measure", name)) for name in names]


def _reference(name: str, function: Any) -> dict[str, Any]:
    text = inspect.getdoc(function) or ""
    listed = re.search(r"^References\n-+\n(.*?)(?:\n\n[A-Z][a-z]+\n-+\n|\Z)", text, re.M | re.S)
    entries = re.split(r"^\.\. \[\d+\] ", listed[1] if listed else "", flags=re.M)[1:]
    return {
        "name": name,
        "definition": re.sub(r" ?\[\d+\]_", "", text.partition("\n")[0]),
        "sources": [" ".join(entry.split()) for entry in entries],
    }


def versions() -> list[tuple[str, str]]:
    """The programs whose versions a result may depend on.

    Examples
    --------
    >>> versions()[0][0]
    'graphkit'
    """
    found = [("graphkit", __version__), ("Python", sys.version.split()[0])]
    for library in LIBRARIES:
        try:
            found.append((library, version(library)))
        except PackageNotFoundError:
            continue
    return found
