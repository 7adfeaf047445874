"""graphkit: papers, authors, topics and teams as tables, RDF and networks.

>>> import graphkit as gk
>>> kg = gk.example().resolve()
>>> kg
<KnowledgeGraph: 44 papers · 173 people · 16 topics · 8 teams · 1 venue · 1 organization \
· 10 postings · 5 figures · 1 source>

Names are imported when they are first used: ``import graphkit`` loads no other library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphkit.bundled import example
    from graphkit.errors import (
        ConflictError,
        EmptySelectionError,
        EndpointError,
        GraphkitError,
        MissingExtraError,
        QueryError,
        QueryLimitError,
        ReadError,
        SchemaError,
        ShapeError,
        StorageError,
        UnknownEntityError,
        UnknownNameError,
    )
    from graphkit.formats import UnreadWarning, read
    from graphkit.formats.frame import from_frame
    from graphkit.graph import KnowledgeGraph
    from graphkit.graph import open_graph as open
    from graphkit.identity.decisions import different, same
    from graphkit.matchers import match
    from graphkit.multigraph import from_networkx
    from graphkit.network import Network
    from graphkit.rdf import from_rdf
    from graphkit.recommend.topics import find_topics
    from graphkit.sparql.patterns import CartesianProductWarning
    from graphkit.sparql.remote import connect

__all__ = [
    "CartesianProductWarning",
    "ConflictError",
    "EmptySelectionError",
    "EndpointError",
    "GraphkitError",
    "KnowledgeGraph",
    "MissingExtraError",
    "Network",
    "QueryError",
    "QueryLimitError",
    "ReadError",
    "SchemaError",
    "ShapeError",
    "StorageError",
    "UnknownEntityError",
    "UnknownNameError",
    "UnreadWarning",
    "__version__",
    "connect",
    "different",
    "example",
    "find_topics",
    "from_frame",
    "from_networkx",
    "from_rdf",
    "match",
    "open",
    "read",
    "same",
]

__version__ = "0.1.0"

_HOMES = {
    "CartesianProductWarning": "graphkit.sparql.patterns",
    "KnowledgeGraph": "graphkit.graph",
    "Network": "graphkit.network",
    "UnreadWarning": "graphkit.formats",
    "connect": "graphkit.sparql.remote",
    "different": "graphkit.identity.decisions",
    "example": "graphkit.bundled",
    "find_topics": "graphkit.recommend.topics",
    "from_frame": "graphkit.formats.frame",
    "from_networkx": "graphkit.multigraph",
    "from_rdf": "graphkit.rdf",
    "match": "graphkit.matchers",
    "open": "graphkit.graph:open_graph",
    "read": "graphkit.formats",
    "same": "graphkit.identity.decisions",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'graphkit' has no attribute {name!r}")
    from graphkit import registry

    home = _HOMES.get(name, "graphkit.errors")
    found = registry.get(home if ":" in home else f"{home}:{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
