"""All that the colours of one drawing can stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.render.groups import Colouring, group_by_label, group_by_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphkit.render.lists import Lists

    Ints = NDArray[np.int64]

__all__ = ["MEAN_YEAR", "Given", "colourings"]

MEAN_YEAR = "mean year"


@dataclass(frozen=True, eq=False)
class Given:
    """What is known of n people.

    Parameters
    ----------
    names : sequence of str, length n
    rank : ndarray of int64, shape (n,)
        The people, the best known last: communities are named after theirs.
    community : ndarray of int64, shape (n,)
        Labels from 0.
    topics, teams : sequence of str
        Labels.
    main_topic : ndarray of int64, shape (n,)
        A position in ``topics``; -1 for none.
    node_teams : Lists
        Positions in ``teams`` for each person.
    measures : dict of str to ndarray of float64, shape (n,)
    """

    names: Any
    rank: Ints
    community: Ints
    topics: Sequence[str]
    main_topic: Ints
    teams: Sequence[str]
    node_teams: Lists
    measures: dict[str, NDArray[np.float64]]


def colourings(given: Given) -> dict[str, Colouring]:
    """What colours can stand for.

    Parameters
    ----------
    given : Given

    Returns
    -------
    dict of str to Colouring
        Always ``community``, ``topic`` and ``team``, and each measure; one colour where
        nothing is known.
    """
    count = len(given.community)
    if not count:
        empty = Colouring(np.zeros(0, dtype=np.int64), ())
        return dict.fromkeys(("community", "topic", "team", *given.measures), empty)
    found = {
        "community": group_by_label(
            given.community, _named(given.community, given), rest="smaller groups"
        ),
        "topic": group_by_label(given.main_topic, given.topics, rest="other topics, or none"),
        "team": group_by_label(_largest_team(given), given.teams, rest="other teams, or none"),
    }
    return found | {name: group_by_value(value, name) for name, value in given.measures.items()}


def _named(label: Ints, given: Given) -> list[str]:
    """Each community's name: that of its best-known member."""
    called = np.empty(int(label.max()) + 1, dtype=object)
    called[label[given.rank]] = given.names[given.rank]  # the last one stays
    return [f"around {name}" for name in called]


def _largest_team(given: Given) -> Ints:
    """The largest team of each person, of equal ones the first; -1 for none."""
    largest = np.full(len(given.community), -1, dtype=np.int64)
    owner, team = given.node_teams.owners, given.node_teams.values
    size = np.bincount(team, minlength=len(given.teams))
    order = np.lexsort((-team, size[team]))
    largest[owner[order]] = team[order]  # the last one stays
    return largest
