"""Names that people type -> code that is imported when it is first used.

Everything of which there are several (formats, measures, recommenders, renderers, exports)
stands here once: command-line choices, error messages and the documentation read
these tables, and matchers run in their order. A package of yours adds to them with an
entry point in the group ``graphkit.<kind>``, such as ``graphkit.format``; our own names win.
"""

from __future__ import annotations

import functools
import importlib
from importlib.metadata import entry_points
from typing import Any

from graphkit.errors import UnknownNameError

__all__ = ["get", "load", "names"]

BUILT_IN: dict[str, dict[str, str]] = {
    "format": {
        "bibtex": "graphkit.formats.bibtex",
        "crossref": "graphkit.formats.crossref",
        "csljson": "graphkit.formats.csljson",
        "csv": "graphkit.formats.csv",
        "dblp": "graphkit.formats.dblp",
        "guide": "graphkit.formats.guide",
        "jsonl": "graphkit.formats.jsonl",
        "openalex": "graphkit.formats.openalex",
        "parquet": "graphkit.formats.parquet",
        "pubmed": "graphkit.formats.pubmed",
        "rdf": "graphkit.formats.rdf_file",
        "ris": "graphkit.formats.ris",
        "schemaorg": "graphkit.formats.schemaorg",
        "semanticscholar": "graphkit.formats.semanticscholar",
        "sssom": "graphkit.formats.sssom",
        "tables": "graphkit.formats.json_tables",
        "wos": "graphkit.formats.wos",
    },
    "matcher": {
        "papers": "graphkit.matchers.papers",
        "venues": "graphkit.matchers.venues",
        "organizations": "graphkit.matchers.organizations",
        "people": "graphkit.matchers.people",
        "namesakes": "graphkit.matchers.namesakes",
    },
    "figures": {
        "assortativity": "graphkit.measures.whole:assortativity",
        "components": "graphkit.measures.components:components",
        "rich-club": "graphkit.measures.whole:rich_club",
        "small-world": "graphkit.measures.whole:small_world",
        "summary": "graphkit.measures.whole:summary",
    },
    "measure": {
        "betweenness": "graphkit.measures.paths:betweenness",
        "brokerage": "graphkit.measures.holes:brokerage",
        "citation-indices": "graphkit.measures.productivity:indices",
        "closeness": "graphkit.measures.paths:closeness",
        "clustering": "graphkit.measures.holes:clustering",
        "community": "graphkit.measures.communities:community",
        "component": "graphkit.measures.components:component",
        "consensus": "graphkit.measures.communities:consensus",
        "constraint": "graphkit.measures.holes:constraint",
        "core": "graphkit.measures.centrality:core",
        "degree": "graphkit.measures.centrality:degree",
        "effective-size": "graphkit.measures.holes:effective_size",
        "eigenvector": "graphkit.measures.centrality:eigenvector",
        "first-authorships": "graphkit.measures.productivity:first_authorships",
        "fractional-papers": "graphkit.measures.productivity:fractional_papers",
        "harmonic": "graphkit.measures.paths:harmonic",
        "label-propagation": "graphkit.measures.communities:label_propagation",
        "last-authorships": "graphkit.measures.productivity:last_authorships",
        "louvain": "graphkit.measures.communities:louvain",
        "new-collaborators": "graphkit.measures.productivity:new_collaborators",
        "pagerank": "graphkit.measures.centrality:pagerank",
        "papers": "graphkit.measures.productivity:papers",
        "participation": "graphkit.measures.communities:participation",
        "sampled-betweenness": "graphkit.measures.paths:sampled_betweenness",
        "strength": "graphkit.measures.centrality:strength",
        "team-brokerage": "graphkit.measures.holes:team_brokerage",
        "team-size": "graphkit.measures.productivity:team_size",
        "topic-brokerage": "graphkit.measures.holes:topic_brokerage",
        "weighted-betweenness": "graphkit.measures.paths:weighted_betweenness",
        "weighted-closeness": "graphkit.measures.paths:weighted_closeness",
    },
    "engine": {
        "networkit": "graphkit.measures.by_networkit",
    },
    "network": {
        "author-paper": "graphkit.network.two_mode:author_paper",
        "author-topic": "graphkit.network.two_mode:author_topic",
        "team-topic": "graphkit.network.two_mode:team_topic",
        "topic-topic": "graphkit.network.two_mode:topic_topic",
    },
    "recommender": {
        "adamic-adar": "graphkit.recommend.classical:adamic_adar",
        "common-coauthors": "graphkit.recommend.classical:common_coauthors",
        "katz": "graphkit.recommend.classical:katz",
        "learned": "graphkit.recommend.ranker:learned",
        "organizations": "graphkit.recommend.likeness:organizations",
        "pagerank": "graphkit.recommend.classical:pagerank",
        "preferential-attachment": "graphkit.recommend.classical:preferential_attachment",
        "resource-allocation": "graphkit.recommend.classical:resource_allocation",
        "topics": "graphkit.recommend.likeness:topics",
        "untrained": "graphkit.recommend.likeness:untrained",
        "venues": "graphkit.recommend.likeness:venues",
        "weighted-adamic-adar": "graphkit.recommend.classical:weighted_adamic_adar",
        "weighted-common-coauthors": "graphkit.recommend.classical:weighted_common_coauthors",
    },
    "renderer": {
        "html": "graphkit.render.html:render",
        "svg": "graphkit.render.static:svg",
        "pdf": "graphkit.render.static:pdf",
        "png": "graphkit.render.static:png",
        "cyjs": "graphkit.render.cytoscape:render",
        "gexf": "graphkit.render.gexf:render",
        "graphml": "graphkit.render.graphml:render",
        "json": "graphkit.render.vosviewer:render",
        "net": "graphkit.render.pajek:render",
    },
    "export": {
        "csv": "graphkit.export:write_csv",
        "gexf": "graphkit.export:write_network",
        "graphml": "graphkit.export:write_network",
        "json": "graphkit.export:write_json",
        "jsonld": "graphkit.export:write_rdf",
        "nq": "graphkit.export:write_rdf",
        "nt": "graphkit.export:write_rdf",
        "parquet": "graphkit.export:write_parquet",
        "rdf": "graphkit.export:write_rdf",
        "sssom.tsv": "graphkit.formats.sssom:write",
        "trig": "graphkit.export:write_rdf",
        "ttl": "graphkit.export:write_rdf",
    },
}


@functools.cache
def _added(kind: str) -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group=f"graphkit.{kind}")}


def names(kind: str) -> tuple[str, ...]:
    """The registered names of one kind, in the order of this file, those of others after.

    Parameters
    ----------
    kind : str
        ``format``, ``matcher``, ``figures``, ``measure``, ``engine``, ``network``,
        ``recommender``, ``renderer`` or ``export``.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> "pagerank" in names("measure")
    True
    """
    return tuple(dict.fromkeys([*BUILT_IN[kind], *sorted(_added(kind))]))


def load(kind: str, name: str) -> Any:
    """The module or function behind a name.

    Parameters
    ----------
    kind, name : str

    Returns
    -------
    module or callable

    Raises
    ------
    UnknownNameError
        No such name; the error lists those there are, nearest first.

    Examples
    --------
    >>> load("recommender", "adamic")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    graphkit.errors.UnknownNameError: unknown recommender 'adamic': did you mean 'adamic-adar'? ...
    """
    target = None
    if isinstance(name, str):
        target = BUILT_IN[kind].get(name) or _added(kind).get(name)
    if target is None:
        raise UnknownNameError(kind, name, names(kind))
    return get(target)


def get(target: str) -> Any:
    """The object behind a dotted path, ``"package.module"`` or ``"package.module:name"``.

    Lower layers reach upwards only through this call, so that imports keep going down.

    Parameters
    ----------
    target : str

    Returns
    -------
    object

    Examples
    --------
    >>> get("graphkit.ids:mint")("author", "Ada")
    'author:Ada'
    """
    module, _, attribute = target.partition(":")
    loaded = importlib.import_module(module)
    return getattr(loaded, attribute) if attribute else loaded
