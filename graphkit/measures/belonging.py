"""To which team and topic an author belongs most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.network import Network
from graphkit.network.incidence import incidence_of, objects

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray
    from scipy import sparse

__all__ = ["main_team", "main_topic"]


def main_team(network: Network) -> pd.Series[Any]:
    """The team of each author, by ``memberships``.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of object
        Id of the team, by author id; None for those of no team. Of several it is the one of most
        members in the network, of equal ones the first by id.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(main_team(gk.example().resolve().coauthors()).notna().sum())
    0
    """
    import numpy as np
    import pyarrow.compute as pc
    from scipy import sparse

    links = network.graph.table("memberships").group_by(["author", "team"]).aggregate([])
    links = links.filter(pc.is_in(links["author"], value_set=network.node_ids))
    teams = pc.unique(links["team"]).sort()
    rows = pc.index_in(links["author"], value_set=network.node_ids).to_numpy()
    columns = pc.index_in(links["team"], value_set=teams).to_numpy()
    member = sparse.csr_array(
        (np.ones(len(rows)), (rows, columns)), shape=(len(network), len(teams))
    )
    return _most(network, member, teams, "team")


def main_topic(network: Network) -> pd.Series[Any]:
    """The topic of most of an author's papers in the network.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of object
        Id of the topic, by author id; None for those without a topic. Of equally many papers it
        is the topic that more people wrote on, then the first by id.

    Examples
    --------
    >>> import graphkit as gk
    >>> main_topic(gk.example().resolve().coauthors())["author:Roland_Maas"]
    'topic:Automatic_speech_recognition'
    """
    import pyarrow.compute as pc
    from scipy import sparse

    about = incidence_of(network.graph, "subjects", "topic")
    at = pc.index_in(network.paper_ids, value_set=about.papers)
    known = at.is_valid().to_numpy(zero_copy_only=False)
    wrote = network.incidence[:, known]
    on = sparse.csr_array(wrote @ about.matrix[:, at.drop_null().to_numpy()].T)
    return _most(network, on, about.nodes, "topic")


def _most(
    network: Network, often: sparse.csr_array, ids: pa.StringArray, name: str
) -> pd.Series[Any]:
    """Of each row the column of the largest value, by a tie the one of most rows."""
    import numpy as np
    import pandas as pd

    rows = np.repeat(np.arange(len(network)), np.diff(often.indptr))
    people: NDArray[np.intp] = np.bincount(often.indices, minlength=len(ids))[often.indices]
    # Written last, so kept.
    order = np.lexsort((-often.indices, people, often.data))
    found = np.full(len(network), None, dtype=object)
    found[rows[order]] = objects(ids)[often.indices[order]]
    index = pd.Index(network.nodes, name=network.kind.removesuffix("s"), dtype=object)
    return pd.Series(found, index=index, name=name, dtype=object)
