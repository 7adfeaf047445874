"""The groups of a network for a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.analysis.groups import groups
from graphkit.network import Network
from graphkit.report.papers import Papers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cards", "find", "numbers"]

# Many runs of Leiden agree on something better than one, but each takes a second on so many ties.
MOST_TIES = 50_000
MOST_GROUPS = 12
MOST_CORE = 6
LEAST = 3


def find(network: Network) -> pd.DataFrame:
    """The groups, by many runs of Leiden or, in a large network, by one."""
    method = "consensus" if network.matrix.nnz // 2 <= MOST_TIES else "community"
    return groups(network, method)


def numbers(network: Network, found: pd.DataFrame) -> pd.Series[Any]:
    """The group of each author, 1 the largest; missing for who has none."""
    import pandas as pd

    each = found[["group", "members"]].explode("members").set_index("members")["group"]
    number: pd.Series[Any] = (each.astype("Float64") + 1).reindex(pd.Index(network.nodes))
    return number


def cards(network: Network, found: pd.DataFrame, papers: Papers) -> list[dict[str, Any]]:
    """The largest groups of three people or more.

    Parameters
    ----------
    network : Network
    found : pandas.DataFrame
        From `find`.
    papers : Papers

    Returns
    -------
    list of dict
        ``number``, ``label``, ``size``, ``core``, ``since``, ``until`` and ``papers``.
    """
    import pandas as pd
    import pyarrow as pa

    return [
        {
            "number": row["group"] + 1,
            "label": row["label"],
            "size": row["size"],
            # Members stand in the order of their ties within the group, the core before others.
            "core": [
                papers.person(network.index[member])
                for member in row["members"][: min(len(row["core"]), MOST_CORE)]
            ],
            "since": None if pd.isna(row["since"]) else int(row["since"]),
            "until": None if pd.isna(row["until"]) else int(row["until"]),
            "papers": papers.of_ids(pa.array(row["paper_ids"], pa.string()), 6),
        }
        for row in found[found["size"] >= LEAST].head(MOST_GROUPS).to_dict("records")
    ]
