"""What may be asked of a graph: methods that stand elsewhere, each imported when it is first used.

Nothing is done here. A method finds its function by name, for what answers lies above the graph.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit import registry

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib

    from graphkit.graph import KnowledgeGraph
    from graphkit.identity.who import Identity
    from graphkit.network import Network, TwoMode
    from graphkit.recommend.conflicts import Conflicts

__all__ = ["Faces"]


class Faces:
    """The methods of `graphkit.graph.KnowledgeGraph` that other modules answer."""

    def find(self, kind: str, name: str) -> str:
        """The id of an entity that a person names.

        Parameters
        ----------
        kind : str
            A table of entities, such as ``"authors"``.
        name : str
            A name (case, accents and the order of its words are forgiven), an id or an IRI.

        Returns
        -------
        str
            The id.

        Raises
        ------
        UnknownEntityError
            Nothing has that name (the error lists what is near) or several things have.
        """
        found: str = registry.get("graphkit.finding:find")(self, kind, name)
        return found

    def to_rdf(self) -> rdflib.Dataset:
        """The graph as RDF, one named graph a source: see `graphkit.rdf.to_rdf`."""
        dataset: rdflib.Dataset = registry.get("graphkit.rdf:to_rdf")(self)
        return dataset

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """The whole graph for networkx, without loss: see `graphkit.multigraph.to_networkx`."""
        graph: nx.MultiDiGraph[str] = registry.get("graphkit.multigraph:to_networkx")(self)
        return graph

    def who_is(self, name: str) -> Identity:
        """Who somebody is, and why: see `graphkit.identity.who.who_is`."""
        identity: Identity = registry.get("graphkit.identity.who:who_is")(self, name)
        return identity

    def query(self, text: str, *more: Any, **options: Any) -> pd.DataFrame | bool | rdflib.Graph:
        """Answer a SPARQL query: see `graphkit.sparql.oxigraph.query`."""
        ask = registry.get("graphkit.sparql.oxigraph:query")
        answer: pd.DataFrame | bool | rdflib.Graph = ask(self, text, *more, **options)
        return answer

    def explain(self, text: str, *more: Any, **options: Any) -> pd.DataFrame:
        """Show what a SPARQL query does, step by step: see `graphkit.sparql.explain.explain`."""
        show = registry.get("graphkit.sparql.explain:explain")
        steps: pd.DataFrame = show(self, text, *more, **options)
        return steps

    @property
    def rdf(self) -> rdflib.Dataset:
        """The graph for rdflib, read-only and without a copy: see `graphkit.sparql.dataset`."""
        dataset: rdflib.Dataset = registry.get("graphkit.sparql.dataset:dataset")(self)
        return dataset

    def infer(self, *more: Any) -> KnowledgeGraph:
        """Add what RDFS and OWL RL conclude: see `graphkit.sparql.infer.infer`."""
        graph: KnowledgeGraph = registry.get("graphkit.sparql.infer:infer")(self, *more)
        return graph

    def update(self, text: str, *more: Any, **options: Any) -> KnowledgeGraph:
        """Apply a SPARQL update, giving a new graph: see `graphkit.sparql.update.update`."""
        change = registry.get("graphkit.sparql.update:update")
        changed: KnowledgeGraph = change(self, text, *more, **options)
        return changed

    def named(self, name: str, *more: Any, **options: Any) -> pd.DataFrame | bool | rdflib.Graph:
        """Answer a query that has a name: see `graphkit.sparql.named.run`."""
        run = registry.get("graphkit.sparql.named:run")
        answer: pd.DataFrame | bool | rdflib.Graph = run(self, name, *more, **options)
        return answer

    def push(self, url: str, **options: Any) -> dict[str, int]:
        """Load the graph into a store elsewhere: see `graphkit.sparql.push.push`."""
        sent: dict[str, int] = registry.get("graphkit.sparql.push:push")(self, url, **options)
        return sent

    def check(self) -> pd.DataFrame:
        """Hold the graph against its SHACL shapes: see `graphkit.shapes.check`."""
        report: pd.DataFrame = registry.get("graphkit.shapes:check")(self)
        return report

    def coauthors(self, **options: Any) -> Network:
        """Who wrote with whom: see `graphkit.network.coauthors`."""
        network: Network = registry.get("graphkit.network:coauthors")(self, **options)
        return network

    def with_groups(
        self,
        method: str = "consensus",
        *,
        resolution: float = 1.0,
        seed: int = 0,
        least: int = 2,
        engine: str | None = None,
        **options: Any,
    ) -> KnowledgeGraph:
        """Keep the groups of coauthors in the graph: see `graphkit.analysis.groups.keep`.

        ``options`` say which network; see `graphkit.network.coauthors`.
        """
        keep = registry.get("graphkit.analysis.groups:keep")
        found = {"resolution": resolution, "seed": seed, "least": least}
        network = self.coauthors(**options)
        graph: KnowledgeGraph = keep(network, method, engine=engine, **found)
        return graph

    def network(self, kind: str, **options: Any) -> TwoMode | Network:
        """Authors with papers or topics, topics, teams: see `graphkit.network.network`."""
        network: TwoMode | Network = registry.get("graphkit.network:network")(self, kind, **options)
        return network

    def career(self, author: str, **filters: Any) -> pd.DataFrame:
        """What an author did, year by year: see `graphkit.analysis.career.career`."""
        frame: pd.DataFrame = registry.get("graphkit.analysis.career:career")(
            self, author, **filters
        )
        return frame

    def collaborators(self, author: str, k: int = 10, **options: Any) -> pd.DataFrame:
        """Whom an author might write with next: see `graphkit.recommend.collaborators`."""
        frame: pd.DataFrame = registry.get("graphkit.recommend:collaborators")(
            self, author, k, **options
        )
        return frame

    def collaborators_of_all(self, k: int = 10, **options: Any) -> pd.DataFrame:
        """The same for every author, without reasons: see `graphkit.recommend.everybody`."""
        frame: pd.DataFrame = registry.get("graphkit.recommend:collaborators_of_all")(
            self, k, **options
        )
        return frame

    def experts(self, about: str | Path, k: int = 10, **options: Any) -> pd.DataFrame:
        """Who knows about something: see `graphkit.recommend.experts.experts`."""
        find = registry.get("graphkit.recommend.experts:experts")
        frame: pd.DataFrame = find(self, about, k, **options)
        return frame

    def reviewers(self, paper: str | Path, k: int = 10, **options: Any) -> pd.DataFrame:
        """Who may review a paper: see `graphkit.recommend.experts.reviewers`."""
        find = registry.get("graphkit.recommend.experts:reviewers")
        frame: pd.DataFrame = find(self, paper, k, **options)
        return frame

    def assemble(self, task: str | Iterable[str], **options: Any) -> pd.DataFrame:
        """A small team that knows all topics: see `graphkit.recommend.assembly.assemble`."""
        find = registry.get("graphkit.recommend.assembly:assemble")
        frame: pd.DataFrame = find(self, task, **options)
        return frame

    def teams_for(self, about: str | Path, k: int = 10) -> pd.DataFrame:
        """Which teams do what an author does: see `graphkit.recommend.teams.teams_for`."""
        find = registry.get("graphkit.recommend.teams:teams_for")
        frame: pd.DataFrame = find(self, about, k)
        return frame

    def introductions(self, a: str, b: str) -> pd.DataFrame:
        """Who introduces one to another: see `graphkit.recommend.introductions.introductions`."""
        find = registry.get("graphkit.recommend.introductions:introductions")
        frame: pd.DataFrame = find(self, a, b)
        return frame

    def conflicts(self, a: str, b: str, **options: Any) -> Conflicts:
        """Whether two people are in conflict: see `graphkit.recommend.conflicts.conflicts`."""
        found: Conflicts = registry.get("graphkit.recommend.conflicts:conflicts")(
            self, a, b, **options
        )
        return found
