"""Load a graph into a store that others run, through the Graph Store HTTP Protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from graphkit.graph import KnowledgeGraph
from graphkit.rdf import nquads_blocks
from graphkit.schema import schema
from graphkit.sparql.http import client, sent

__all__ = ["push"]

CHUNK = 16 << 20


def push(
    kg: KnowledgeGraph,
    url: str,
    *,
    token: str | None = None,
    auth: tuple[str, str] | None = None,
    timeout: float = 600.0,
    retries: int = 3,
    chunk: int = CHUNK,
) -> dict[str, int]:
    """Load a graph into a store that others run, through the Graph Store HTTP Protocol.

    Each source becomes a named graph, in place of what the store had under that name; what no
    source says becomes its default graph. Other graphs of the store are left as they are.

    Parameters
    ----------
    kg : KnowledgeGraph
    url : str
        The graph store, not the query endpoint: ``…/graphs`` of `graphkit serve`, ``…/store`` of
        Oxigraph, ``…/DATASET/data`` of Fuseki.
    token : str, optional
        Sent as ``Authorization: Bearer …``.
    auth : tuple of str, optional
        A name and a password, for HTTP Basic.
    timeout : float
        How many seconds each request may take.
    retries : int
        How often to send again what could not be sent.
    chunk : int
        How many bytes to send at once, more or less. A source larger than that is not replaced in
        one step: who asks in between sees a part of it.

    Returns
    -------
    dict of str to int
        How many statements were sent for each source, by its id.

    Raises
    ------
    EndpointError
        The store cannot be reached, or refuses.
    """
    import pyarrow.compute as pc

    rows = {name: kg.table(name) for name in schema().tables}
    statements = {}
    with client(token, auth, timeout) as http:
        for source in kg.source_ids():
            said = {
                name: table.filter(pc.equal(table["source"], source))
                for name, table in rows.items()
            }
            graph = {"graph": kg.namespaces.expand(source)} if source else {"default": ""}
            method, statements[source] = "PUT", 0
            for lines in _chunks(nquads_blocks(said, kg.namespaces, graphs=False), chunk):
                request = partial(
                    http.request,
                    method,
                    url,
                    params=graph,
                    content=lines,
                    headers={"Content-Type": "application/n-triples"},
                )
                sent(request, url, retries)
                statements[source] += lines.count(b"\n")
                method = "POST"
    return statements


def _chunks(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same lines in blocks of about a size."""
    held = bytearray()
    for block in blocks:
        held += block
        while len(held) >= size:
            cut = held.find(b"\n", size - 1) + 1
            yield bytes(held[:cut])
            del held[:cut]
    if held:
        yield bytes(held)
