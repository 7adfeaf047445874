"""What a report says: each section as plain data, which the page sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.measures import brokerage, sampled_betweenness, summary
from graphkit.network import Network
from graphkit.report import plots
from graphkit.report.groups import cards, find, numbers
from graphkit.report.methods import HEADINGS, MEANINGS, references, versions
from graphkit.report.papers import Papers

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["contents"]

# Up to so many authors all shortest paths are followed, beyond them a sample.
MOST_EXACT = 5000
# Few enough that a report on a hundred thousand authors is there in half a minute.
SAMPLED_WITHIN = 0.1
TOP = 10
ON_MAP = 150
NAMED_ON_MAP = 40


def contents(network: Network) -> dict[str, Any]:
    """All that the page of a report shows.

    Parameters
    ----------
    network : Network

    Returns
    -------
    dict
        By section; texts are as the graph holds them, nothing is escaped.
    """
    papers = Papers(network)
    figures = summary(network)
    groups = find(network)
    group = numbers(network, groups)
    sampled = None
    if len(network) > MOST_EXACT:
        sampled = sampled_betweenness(network, error=SAMPLED_WITHIN)
    senses = _central(network, papers, sampled)
    years = network.timeline()
    found = {
        "network": network,
        "figures": figures.to_dict(),
        "sources": _sources(network),
        "senses": senses,
        "bridges": _bridges(network, papers, group),
        "groups": cards(network, groups, papers),
        "group_method": groups.attrs["method"],
        "years": _years(network, papers, years),
        "teams": _bodies(network, papers, "teams"),
        "organizations": _bodies(network, papers, "organizations"),
        "uncertain": _uncertain(network),
        "plots": _plots(network, group, years),
        "sampled": None if sampled is None else sampled.attrs,
    }
    bridging = ["brokerage", "constraint", "effective-size", "participation"]
    used = [*(sense["name"] for sense in senses), *bridging, groups.attrs["method"]]
    found["people"] = papers.people()
    found["references"] = references(used)
    found["versions"] = versions()
    return found


def _measured(network: Network, name: str) -> NDArray[np.float64]:
    values: NDArray[np.float64] = network.measure(name)[name].to_numpy(dtype=float)
    return values


def _central(
    network: Network, papers: Papers, sampled: pd.Series[Any] | None
) -> list[dict[str, Any]]:
    """Those who come first in each sense of central."""
    values = {
        name: _measured(network, name)
        for name in ("papers", "fractional-papers", "degree", "pagerank")
    }
    if sampled is None:
        values |= {name: _measured(network, name) for name in ("betweenness", "harmonic")}
    else:
        values["sampled-betweenness"] = sampled.to_numpy()
    return [
        {
            "name": name,
            "heading": HEADINGS.get(name, name.capitalize()),
            "meaning": MEANINGS[name],
            "rows": [
                {"person": papers.person(row), "value": float(value[row])}
                for row in _first(value, TOP)
            ],
        }
        for name, value in values.items()
    ]


def _first(value: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Rows of the largest values above 0."""
    import numpy as np

    order = np.argsort(-np.nan_to_num(value), kind="stable")[:count]
    return order[np.nan_to_num(value[order]) > 0]


def _bridges(network: Network, papers: Papers, group: pd.Series[Any]) -> dict[str, Any]:
    """Those who most often stand between two others who never wrote together."""
    import pandas as pd

    roles = brokerage(network, group)
    total = roles.sum(axis=1).to_numpy(dtype=float)
    more = {
        name: _measured(network, name) for name in ("constraint", "effective-size", "participation")
    }
    rows = [
        {
            "person": papers.person(row),
            "group": None if pd.isna(group.iloc[row]) else int(group.iloc[row]),
            # Each open triple was counted both ways.
            "between": int(total[row]) // 2,
            "coordinator": int(roles["coordinator"].iloc[row]) // 2,
            "gatekeeper": int(roles["gatekeeper"].iloc[row]),
            "itinerant": int(roles["itinerant"].iloc[row]) // 2,
            "liaison": int(roles["liaison"].iloc[row]) // 2,
            **{name.replace("-", "_"): float(values[row]) for name, values in more.items()},
        }
        for row in _first(total, TOP)
    ]
    return {"rows": rows, "meanings": {name: MEANINGS[name] for name in ("brokerage", *more)}}


def _sources(network: Network) -> list[dict[str, Any]]:
    import pyarrow.compute as pc

    kg = network.graph
    rows = kg.table("papers")
    rows = rows.filter(pc.is_in(rows["id"], value_set=network.paper_ids))
    counted = rows.group_by("source").aggregate([("id", "count_distinct")]).to_pylist()
    papers = {row["source"]: row["id_count_distinct"] for row in counted}
    frame = kg.frame("sources").astype(object)
    records = frame.where(frame.notna(), None).to_dict("records")
    return [
        {**{str(name): value for name, value in row.items()}, "papers": papers.get(row["id"], 0)}
        for row in records
        # What was concluded here is no source to people.
        if papers.get(row["id"]) or row["uri"]
    ]


def _years(network: Network, papers: Papers, years: pd.DataFrame) -> list[dict[str, Any]]:
    import numpy as np

    rows = [{str(name): value for name, value in row.items()} for row in years.to_dict("records")]
    columns = (np.flatnonzero(network.years == row["year"]) for row in rows)
    listed = [papers.listed(these, 5) for these in columns]
    return [{**row, "listed": these} for row, these in zip(rows, listed, strict=True)][::-1]


# Of each kind of body: which table links it to what, and by what its papers are found.
BODIES = {
    "teams": ("memberships", "team"),
    "organizations": ("affiliations", "organization"),
}


def _bodies(network: Network, papers: Papers, kind: str) -> list[dict[str, Any]]:
    """The teams or organizations of most papers in the selection."""
    import pyarrow.compute as pc

    from graphkit.network.incidence import objects, values

    kg = network.graph
    table, column = BODIES[kind]
    links = kg.table(table)
    links = links.filter(pc.is_in(links["author"], value_set=network.node_ids))
    if kind == "teams":
        # What the members wrote.
        wrote = kg.table("authorships").select(["author", "paper"])
        links = links.select([column, "author"]).join(wrote, "author", join_type="inner")
    links = links.filter(pc.is_in(links["paper"], value_set=network.paper_ids))
    counted = (
        links.group_by(column)
        .aggregate([("paper", "count_distinct"), ("author", "count_distinct")])
        .sort_by([("paper_count_distinct", "descending"), (column, "ascending")])
        .slice(0, TOP)
    )
    labels = objects(values(kg, kind, "label", counted[column].combine_chunks()))
    return [
        {
            "label": label or row[column],
            "people": row["author_count_distinct"],
            "papers": papers.of_ids(
                links.filter(pc.equal(links[column], row[column]))["paper"].combine_chunks(), 5
            ),
        }
        for label, row in zip(labels, counted.to_pylist(), strict=True)
    ]


def _uncertain(network: Network) -> list[dict[str, Any]]:
    """What a reader has to know before he or she believes the rest."""
    import numpy as np
    import pyarrow.compute as pc

    kg = network.graph
    papers, people = len(network.paper_ids), len(network)
    dated = int(np.isfinite(network.years).sum())
    with_topics = sum(1 for row in network.topics if row)
    orcid = _known(kg.table("authors"), "orcid", network.node_ids)
    single = int((np.bincount(network.incidence.indices, minlength=papers) == 1).sum())
    threshold = kg.threshold
    claims = kg.table("matches", as_read=True)
    doubtful = int(pc.sum(pc.less(claims["score"], threshold or 1)).as_py() or 0)
    notes = kg.table("notes").num_rows
    found = [
        (
            "Names as printed",
            people,
            people,
            "This graph has not been resolved: somebody printed in two ways is two people here. "
            "Resolve it first (graphkit resolve).",
        )
        if threshold is None
        else (
            "Possible identities left open",
            doubtful,
            None,
            "Claims that two entries are one, too weak to be joined; graphkit review lists them.",
        ),
        (
            "People without an ORCID",
            people - orcid,
            people,
            "Who they are was concluded from names, coauthors and papers.",
        ),
        (
            "Papers of unknown year",
            papers - dated,
            papers,
            "They count in the network, and in no year.",
        ),
        ("Papers without a topic", papers - with_topics, papers, "They give groups no label."),
        (
            "Papers by one author",
            single,
            papers,
            "They make no tie; their authors count all the same.",
        ),
        (
            "Records not taken as they stood",
            notes,
            None,
            "Left out or mended when the sources were read; graphkit info lists each with its "
            "place.",
        ),
    ]
    return [
        {"what": what, "count": count, "of": of, "meaning": meaning}
        for what, count, of, meaning in found
        if count
    ]


def _known(rows: Any, column: str, ids: Any) -> int:
    """Of how many ids a table knows something in a column."""
    import pyarrow.compute as pc

    known = rows.filter(pc.is_valid(rows[column]))["id"].combine_chunks()
    return int(pc.sum(pc.is_in(ids, value_set=known)).as_py() or 0)


def _plots(network: Network, group: pd.Series[Any], timeline: pd.DataFrame) -> dict[str, str]:
    import numpy as np

    found = dict.fromkeys(("years", "teams", "counts", "map"), "")
    if len(timeline) > 1:
        columns = {name: timeline[name].to_numpy() for name in timeline}
        years, newcomers = columns["year"], columns["newcomers"]
        known = columns["authors"] - newcomers
        found["years"] = plots.over_the_years(years, columns["papers"], newcomers, known)
        found["teams"] = plots.team_sizes(years, columns["team_size"], columns["alone"])
    if len(network) > 1:
        found["counts"] = plots.distributions(
            np.diff(network.incidence.indptr), np.diff(network.matrix.indptr)
        )
    if network.matrix.nnz:
        found["map"] = _map(network, group)
    return found


def _map(network: Network, group: pd.Series[Any]) -> str:
    """The most central people and their ties."""
    import numpy as np

    from graphkit.render.layout import layout
    from graphkit.render.page import plain

    rank = _measured(network, "pagerank")
    tied = np.flatnonzero(np.diff(network.matrix.indptr))
    rows = np.sort(tied[np.argsort(-rank[tied], kind="stable")[:ON_MAP]])
    part = network.subnetwork(rows, f"the {len(rows)} most central by PageRank")
    first, second, weight = part.upper
    share = rank[rows] / rank[rows].max()
    x, y = layout(first, second, weight, 3 + 9 * np.sqrt(share))
    order = np.argsort(-share, kind="stable")[:NAMED_ON_MAP]
    labels = [""] * len(rows)
    for at in order:
        labels[at] = plain(network.names[rows[at]], 40)
    colours = group.fillna(0).to_numpy(dtype=int)[rows] - 1
    return plots.people_map(x, y, 6 + 90 * share, colours.tolist(), (first, second), labels)
