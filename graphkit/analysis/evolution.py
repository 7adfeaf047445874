"""What became of the groups of a network from one span of years to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.analysis.groups import groups
from graphkit.network import Network
from graphkit.network.parts import windows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["group_events"]

COLUMNS = [
    *("year", "event", "group", "before", "label", "size", "joined", "left", "jaccard"),
    *("members", "paper_ids"),
]


def group_events(
    network: Network,
    window: int = 3,
    *,
    method: str = "community",
    threshold: float = 0.3,
    resolution: float = 1.0,
    seed: int = 0,
    least: int = 3,
) -> pd.DataFrame:
    """Births, continuations, merges, splits and deaths of groups.

    The groups of each window of years are found on their own, and each is compared with those of
    the window before: two match whose members have a Jaccard index of at least the threshold
    [1]_. A group that matches none of before is born; one that matches several is their merge;
    one of several that match the same group of before comes of a split; a group that none matches
    has died. Of what a group matches, the nearest keeps its number, if it is that one's nearest
    too. Windows overlap, so that a group does not end with one quiet year [2]_.

    Parameters
    ----------
    network : Network
        Of authors.
    window : int, default 3
        Years that each look comprises.
    method, resolution, seed, least
        As for `graphkit.analysis.groups.groups`, in each window.
    threshold : float, default 0.3
        Above 0, at most 1.

    Returns
    -------
    pandas.DataFrame
        A row for each group and window, by year: ``year`` (the last of the window), ``event``
        (``birth``, ``continuation``, ``merge``, ``split`` or ``death``), ``group`` (number, kept
        from year to year), ``before`` (numbers of the groups that it comes of), ``label``,
        ``size``, ``joined`` and ``left`` (members, beside all groups it comes of), ``jaccard``
        (with the nearest of these; missing for births), ``members`` and ``paper_ids`` (lists of
        ids). A death tells the group as it last was. Its ``attrs`` tell the parameters and
        ``unknown_years`` (papers of unknown year, which are in no window).

    Raises
    ------
    ValueError
        A threshold that is none, a window below 1, or as for `graphkit.analysis.groups.groups`.
    UnknownNameError
        No such method.

    References
    ----------
    .. [1] D. Greene, D. Doyle, P. Cunningham (2010). Tracking the evolution of communities in
       dynamic social networks. ASONAM 2010, 176-183.
    .. [2] G. Palla, A.-L. Barabási, T. Vicsek (2007). Quantifying social group evolution.
       Nature 446, 664-667.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = group_events(gk.example().resolve().coauthors(), least=20)
    >>> found[["year", "event", "group", "size"]].values.tolist()
    [[2022, 'birth', 0, 26], [2022, 'birth', 1, 23], [2022, 'birth', 2, 21], [2022, 'birth', 3, 20]]
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"the threshold is {threshold}; it must be above 0 and at most 1")
    if window < 1:
        raise ValueError(f"the window is {window} years; it must be at least 1")
    import pandas as pd

    found: list[dict[str, Any]] = []
    alive: list[dict[Any, Any]] = []
    born = 0
    for year, part in windows(network, window):
        seen = groups(part, method, resolution=resolution, seed=seed, least=least)
        now: list[dict[Any, Any]] = seen.to_dict("records")
        near = _matches(network, alive, now, threshold)
        nearest = near[~near["now"].duplicated() & ~near["before"].duplicated()]
        heirs = dict(zip(nearest["now"], nearest["before"], strict=True))
        of_now = dict(iter(near.groupby("now")))
        heard = near["before"].value_counts()
        for at, group in enumerate(now):
            pairs = of_now.get(at)
            parents = [] if pairs is None else pairs["before"].tolist()
            of_parents = {one for parent in parents for one in alive[parent]["members"]}
            members = set(group["members"])
            if not parents:
                event = "birth"
            elif len(parents) > 1:
                event = "merge"
            else:
                event = "split" if heard[parents[0]] > 1 else "continuation"
            number = alive[heirs[at]]["number"] if at in heirs else born
            born += at not in heirs
            group |= {
                "year": year,
                "event": event,
                "number": number,
                "before": sorted(alive[parent]["number"] for parent in parents),
                "joined": len(members - of_parents),
                "left": len(of_parents - members),
                "jaccard": None if pairs is None else float(pairs["jaccard"].iloc[0]),
            }
        gone = [group for at, group in enumerate(alive) if at not in heard]
        died = {"year": year, "event": "death", "joined": 0, "jaccard": None}
        ends = [
            {**group, **died, "before": [group["number"]], "left": group["size"]} for group in gone
        ]
        found += [{**group, "group": group["number"]} for group in [*now, *ends]]
        alive = now
    frame = pd.DataFrame(found, columns=COLUMNS).astype({"jaccard": "float64"})
    frame.attrs |= {"window": window, "method": method, "threshold": threshold, "seed": seed}
    frame.attrs |= {"resolution": resolution, "least": least, "network": network.description}
    frame.attrs["unknown_years"] = int((network.years != network.years).sum())
    return frame


def _matches(
    network: Network, alive: list[dict[Any, Any]], now: list[dict[Any, Any]], threshold: float
) -> pd.DataFrame:
    """Groups of before and of now that match, the nearest of each first: before, now, jaccard."""
    import numpy as np
    import pandas as pd
    from scipy import sparse

    def belongs(some: list[dict[Any, Any]]) -> sparse.csr_array:
        sizes = [len(group["members"]) for group in some]
        rows = np.repeat(np.arange(len(some)), sizes)
        columns = [network.index[one] for group in some for one in group["members"]]
        return sparse.csr_array(
            (np.ones(len(rows)), (rows, columns)), shape=(len(some), len(network))
        )

    one, other = belongs(alive), belongs(now)
    shared = sparse.coo_array(one @ other.T)
    before, after = shared.coords
    sizes = np.diff(one.indptr)[before] + np.diff(other.indptr)[after]
    near = pd.DataFrame(
        {"before": before, "now": after, "jaccard": shared.data / (sizes - shared.data)}
    )
    near = near[near["jaccard"] >= threshold]
    return near.sort_values(["jaccard", "before", "now"], ascending=[False, True, True])
