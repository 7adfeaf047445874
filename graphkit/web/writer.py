"""The process of a server that writes into a graph folder.

    python -m graphkit.web.writer GRAPH.kg

Each task comes as one line of JSON. The folder is replaced as `KnowledgeGraph.save` does it, so
that a process that is killed leaves the old state.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import orjson

from graphkit.build import update as change_folder
from graphkit.errors import EndpointError, GraphkitError, StorageError
from graphkit.graph import KnowledgeGraph
from graphkit.rdf import from_nquads, to_nquads
from graphkit.schema import schema
from graphkit.web.media import GRAPHS, essence
from graphkit.web.refusal import Refusal
from graphkit.web.using import with_using

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["main"]


def write(path: str, task: dict[str, Any]) -> str:
    """Do one task.

    Parameters
    ----------
    path : str
        The folder.
    task : dict
        ``op``: update, put, post or delete, and its words.

    Returns
    -------
    str
        ``"created"``, ``"changed"`` or ``"missing"``.
    """
    did = []

    def change(kg: KnowledgeGraph) -> KnowledgeGraph:
        if task["op"] == "update":
            did.append("changed")
            return _updated(kg, task)
        changed, how = _replaced(kg, task)
        did.append(how)
        return changed

    change_folder(path, change)
    return did[0]


def _updated(kg: KnowledgeGraph, task: dict[str, Any]) -> KnowledgeGraph:
    text = with_using(task["text"], task["default"], task["named"])
    return kg.update(text, base=task["base"], services=task["services"])


def _replaced(kg: KnowledgeGraph, task: dict[str, Any]) -> tuple[KnowledgeGraph, str]:
    """The graph with one named graph put in place of another, and what that is called."""
    import pyoxigraph

    source = "" if task["graph"] is None else kg.namespaces.compress(task["graph"])
    known = source in kg.source_ids()
    others = kg.without(source) if known else kg
    if task["op"] == "delete":
        return others, "changed" if known else "missing"
    # Oxigraph gives the blank nodes of each document names of their own.
    store = pyoxigraph.Store()
    if known and task["op"] == "post":
        rows = {name: kg.table(name, as_read=True) for name in schema().tables}
        mine = {name: _said_by(table, source) for name, table in rows.items()}
        data = to_nquads(KnowledgeGraph(mine, base=kg.base))
        store.bulk_load(data, pyoxigraph.RdfFormat.N_QUADS)
    graph = pyoxigraph.NamedNode(task["graph"]) if task["graph"] else pyoxigraph.DefaultGraph()
    with Path(task["file"]).open("rb") as body:
        for part, kind in _parts(body, task["type"]):
            _load(store, part, kind, task["base"], graph)
    lines = BytesIO()
    store.dump(lines, pyoxigraph.RdfFormat.N_QUADS)
    new = from_nquads(lines.getvalue(), base=kg.base)
    return others | new, "changed" if known else "created"


def _said_by(rows: Any, source: str) -> Any:
    import pyarrow.compute as pc

    return rows.filter(pc.equal(rows["source"], source))


def _parts(body: BinaryIO, kind: str) -> Iterator[tuple[IO[bytes], str]]:
    """The documents of a request: its body, or the parts of a form."""
    if essence(kind) != "multipart/form-data":
        yield body, kind
        return
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body.read())
    if not message.is_multipart():
        raise Refusal(400, "the form has no parts: is its boundary the one in Content-Type?")
    for part in message.get_payload():
        assert isinstance(part, Message)
        content = part.get_payload(decode=True)
        yield BytesIO(content if isinstance(content, bytes) else b""), part.get_content_type()


def _load(
    store: pyoxigraph.Store, body: IO[bytes], kind: str, base: str | None, graph: Any
) -> None:
    import pyoxigraph

    form = GRAPHS.get(essence(kind))
    if form is None:
        wanted = ", ".join(GRAPHS)
        raise Refusal(415, f"send a graph as one of {wanted}, not as {kind or 'nothing'}")
    try:
        store.bulk_load(body, getattr(pyoxigraph.RdfFormat, form), base_iri=base, to_graph=graph)
    except (SyntaxError, ValueError) as error:
        raise Refusal(400, f"the graph cannot be read: {error}") from None


def main(path: str) -> None:
    """Do the tasks of the standard input, and say what came of each.

    Parameters
    ----------
    path : str
        The folder of the graph.
    """
    # Whatever prints must not speak to the server.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        said: dict[str, Any]
        try:
            said = {"did": write(path, orjson.loads(line))}
        except Refusal as error:
            said = {"status": error.status, "message": str(error)}
        except StorageError as error:
            said = {"status": 503, "message": str(error)}
        except EndpointError as error:
            # What an update loads: the fault of another server.
            said = {"status": 502, "message": str(error)}
        except GraphkitError as error:
            said = {"status": 400, "message": str(error)}
        except Exception:
            traceback.print_exc()
            said = {"status": 500, "message": "the server failed; nothing was changed"}
        answers.write(orjson.dumps(said) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
