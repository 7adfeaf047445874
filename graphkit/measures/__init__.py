"""Measures of the authors of a network, and of networks as wholes.

Each measure of authors is a function ``(Network) -> Series`` by author id and a line in
`graphkit.registry`; `Network.measure` and the command line find it there. `docs/guide/measures.md`
says which definition each follows where tools disagree.
"""

from graphkit.measures.belonging import main_team, main_topic
from graphkit.measures.centrality import core, degree, eigenvector, pagerank, strength
from graphkit.measures.communities import (
    community,
    consensus,
    label_propagation,
    louvain,
    participation,
)
from graphkit.measures.components import component, components
from graphkit.measures.holes import (
    brokerage,
    clustering,
    constraint,
    effective_size,
    team_brokerage,
    topic_brokerage,
)
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
from graphkit.measures.whole import assortativity, rich_club, small_world, summary

__all__ = [
    "assortativity",
    "betweenness",
    "brokerage",
    "closeness",
    "clustering",
    "community",
    "component",
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
    "main_team",
    "main_topic",
    "new_collaborators",
    "pagerank",
    "papers",
    "participation",
    "rich_club",
    "sampled_betweenness",
    "small_world",
    "strength",
    "summary",
    "team_brokerage",
    "team_size",
    "topic_brokerage",
    "weighted_betweenness",
    "weighted_closeness",
]
