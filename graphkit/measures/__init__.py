"""Measures of the authors of a network, and of networks as wholes.

Each measure of authors is a function ``(Network) -> Series`` by author id and a line in
`graphkit.registry`; `Network.measure` and the command line find it there. `docs/guide/measures.md`
says which definition each follows where tools disagree.
"""

from graphkit.measures.centrality import core, degree, eigenvector, pagerank, strength
from graphkit.measures.communities import (
    community,
    consensus,
    label_propagation,
    louvain,
    participation,
)
from graphkit.measures.holes import brokerage, clustering, constraint, effective_size
from graphkit.measures.paths import (
    betweenness,
    closeness,
    harmonic,
    sampled_betweenness,
    weighted_betweenness,
    weighted_closeness,
)
from graphkit.measures.productivity import (
    first_authorships,
    fractional_papers,
    indices,
    last_authorships,
    new_collaborators,
    papers,
    team_size,
)
from graphkit.measures.whole import components, rich_club, summary

__all__ = [
    "betweenness",
    "brokerage",
    "closeness",
    "clustering",
    "community",
    "components",
    "consensus",
    "constraint",
    "core",
    "degree",
    "effective_size",
    "eigenvector",
    "first_authorships",
    "fractional_papers",
    "harmonic",
    "indices",
    "label_propagation",
    "last_authorships",
    "louvain",
    "new_collaborators",
    "pagerank",
    "papers",
    "participation",
    "rich_club",
    "sampled_betweenness",
    "strength",
    "summary",
    "team_size",
    "weighted_betweenness",
    "weighted_closeness",
]
