"""What may be asked of a network: methods that stand elsewhere, imported when first used.

Nothing is done here. A method finds its function by name, for what answers lies above the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit import registry

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyvis.network

    from graphkit.render.drawing import Drawing
    from graphkit.report import Report

__all__ = ["Faces"]


class Faces:
    """Methods of `graphkit.network.Network` whose functions stand elsewhere."""

    def groups(self, method: str = "consensus", **options: Any) -> pd.DataFrame:
        """Groups, their topics, papers and core: see `graphkit.analysis.groups.groups`."""
        found: pd.DataFrame = registry.get("graphkit.analysis.groups:groups")(
            self, method, **options
        )
        return found

    def timeline(self, window: int = 1, **options: Any) -> pd.DataFrame:
        """How the network changed year by year: see `graphkit.analysis.timeline.timeline`."""
        found: pd.DataFrame = registry.get("graphkit.analysis.timeline:timeline")(
            self, window, **options
        )
        return found

    def group_events(self, window: int = 3, **options: Any) -> pd.DataFrame:
        """What became of groups over time: see `graphkit.analysis.evolution.group_events`."""
        events = registry.get("graphkit.analysis.evolution:group_events")
        found: pd.DataFrame = events(self, window, **options)
        return found

    def to_networkx(self) -> nx.Graph[str]:
        """The network as a plain `networkx.Graph`.

        Returns
        -------
        networkx.Graph
            Nodes are ids with ``name`` and ``papers`` (how many); edges have ``weight`` and
            ``papers`` (a tuple of paper ids).
        """
        graph: nx.Graph[str] = registry.get("graphkit.network.exchange:to_networkx")(self)
        return graph

    def draw(self, **options: Any) -> Drawing:
        """Draw the network: see `graphkit.render.drawing.draw`."""
        drawing: Drawing = registry.get("graphkit.render.drawing:draw")(self, **options)
        return drawing

    def to_pyvis(self, **options: Any) -> pyvis.network.Network:
        """The drawing as a pyvis network: see `draw` and `graphkit.render.pyvis.to_pyvis`."""
        found: pyvis.network.Network = registry.get("graphkit.render.pyvis:to_pyvis")(
            self.draw(**options)
        )
        return found

    def report(self, **options: Any) -> Report:
        """Report on the network as one page: see `graphkit.report.report`."""
        found: Report = registry.get("graphkit.report:report")(self, **options)
        return found
