"""Where the figures of a report lead: people to their papers, papers to where they can be read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphkit.network import Network
from graphkit.network.incidence import objects, values
from graphkit.render.links import link

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Papers"]

# So many papers are listed under a figure; how many more there are is said.
MOST_LISTED = 10


class Papers:
    """Lists papers for a page, and remembers which people were named on it.

    Parameters
    ----------
    network : Network
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.named: dict[int, None] = {}

    def person(self, row: int) -> dict[str, Any]:
        """An author to be named: ``name`` and ``anchor``, where his or her papers are listed."""
        self.named[int(row)] = None
        return {"name": self.network.names[row], "anchor": f"person-{int(row)}"}

    def listed(self, columns: Iterable[int], most: int = MOST_LISTED) -> dict[str, Any]:
        """Some papers, the newest first, and how many ``more`` there are."""
        import numpy as np

        chosen = np.asarray(list(columns), dtype=np.intp)
        years = np.nan_to_num(self.network.years[chosen], nan=-np.inf)
        shown = chosen[np.lexsort([chosen, -years])][:most]
        return {
            "all": len(chosen),
            "papers": [self._paper(int(column)) for column in shown],
            "more": len(chosen) - len(shown),
        }

    def of_ids(self, ids: Any, most: int = MOST_LISTED) -> dict[str, Any]:
        """As `listed`, by id; papers outside the selection are left out."""
        import pyarrow.compute as pc

        at = pc.index_in(ids, value_set=self.network.paper_ids).drop_null()
        return self.listed(pc.unique(at).to_numpy(), most)

    def people(self) -> list[dict[str, Any]]:
        """Those who were named, by name, with their papers."""
        network = self.network
        rows = sorted(self.named, key=lambda row: (str(network.names[row]), row))
        return [
            {
                **self.person(row),
                "id": network.nodes[row],
                "link": link(network.nodes[row]),
                "papers": self.listed(network.papers_of(row)),
            }
            for row in rows
        ]

    def _paper(self, column: int) -> dict[str, Any]:
        network = self.network
        year = network.years[column]
        return {
            "id": network.papers[column],
            "title": network.titles[column] or network.papers[column],
            "year": int(year) if year == year else None,
            "link": self._link(column),
        }

    def _link(self, column: int) -> str | None:
        doi, url = self._dois[column], self._urls[column]
        return (
            (link(f"doi:{doi}") if doi else None)
            or (link(url) if url else None)
            or link(self.network.papers[column])
        )

    @cached_property
    def _dois(self) -> NDArray[np.object_]:
        return objects(values(self.network.graph, "papers", "doi", self.network.paper_ids))

    @cached_property
    def _urls(self) -> NDArray[np.object_]:
        return objects(values(self.network.graph, "papers", "url", self.network.paper_ids))
