"""Networks from the tables: sparse matrices with an index of who stands in which row.

`coauthors` is who wrote with whom; `two_mode` has authors with papers or topics, and teams
with topics. Which papers count is told once, in `selection`; what a paper adds to a tie, in
`weights`.
"""

from graphkit.network.bipartite import TwoMode
from graphkit.network.coauthors import coauthors
from graphkit.network.network import Network
from graphkit.network.two_mode import network
from graphkit.network.weights import COUNTINGS, NORMALISATIONS, TIES

__all__ = [
    "COUNTINGS",
    "NORMALISATIONS",
    "TIES",
    "Network",
    "TwoMode",
    "coauthors",
    "network",
]
