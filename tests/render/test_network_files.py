"""Drawings as files of other tools, read by readers that are not ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pytest
from lxml import etree

from graphkit.network import Network
from graphkit.render.columns import clean
from graphkit.render.drawing import Drawing

SUFFIXES = ["cyjs", "gexf", "graphml", "json", "net"]
HOSTILE = [
    '"><script>alert(1)</script>',
    "]]></data></node></graph>&amp;&lt;",
    "'; --\\\" \\n",
    "{{7*7}} ${x} $a$ %s",
    "new\nline\ttab\rreturn",
    "\x00\x1b[31mred\x08\ufffe\uffff",
    "\u202edrow\u2066 \u2028para\u2029",
    "张伟 · محمد · 🧪",
    "x" * 100_000,
    "",
]


@pytest.fixture
def drawing(network: Network) -> Drawing:
    return network.draw(title="Engines & <tables>")


def read_cytoscape(path: Path) -> Any:
    return nx.cytoscape_graph(json.loads(path.read_text(encoding="utf-8")))


READERS: dict[str, Callable[[Path], Any]] = {
    "cyjs": read_cytoscape,
    "gexf": nx.read_gexf,
    "graphml": nx.read_graphml,
}


@pytest.mark.parametrize("suffix", READERS)
def test_networkx_reads_all_that_is_drawn(drawing: Drawing, tmp_path: Path, suffix: str) -> None:
    path = drawing.save(tmp_path / f"coauthors.{suffix}")
    graph = READERS[suffix](path)
    assert not graph.is_directed()
    assert not graph.is_multigraph()
    assert list(graph) == list(drawing.ids)
    places = {
        node["data"]["id"]: (node["position"]["x"], node["position"]["y"])
        for node in (json.loads(path.read_text())["elements"]["nodes"] if suffix == "cyjs" else ())
    }
    for row, (node, found) in enumerate(graph.nodes(data=True)):
        x, y, size = (round(float(at[row]), 1) for at in (drawing.x, drawing.y, drawing.size))
        colour, look = drawing.colour[row], found.get("viz", {})
        assert found["name"] == found["label"] == drawing.labels[row]
        assert found["group"] == drawing.groups[drawing.group[row]].name
        assert found["papers"] == len(drawing.node_papers[row])
        assert found["pagerank"] == drawing.measures["pagerank"][row]
        if suffix == "gexf":
            assert look["position"] == {"x": x, "y": -y, "z": 0.0}
            assert look["size"] == size
            channels = (look["color"][channel] for channel in "rgb")
            assert "#{:02x}{:02x}{:02x}".format(*channels) == colour
        else:
            assert (found["color"], found["size"]) == (colour, size)
            drawn = places[node] if suffix == "cyjs" else (found["x"], -found["y"])
            assert drawn == (x, y)
    ties = {frozenset(ends): data for *ends, data in graph.edges(data=True)}
    assert len(ties) == len(drawing.source)
    columns = (drawing.source, drawing.target, drawing.weight)
    for tie, (one, other, weight) in enumerate(zip(*columns, strict=True)):
        found = ties[frozenset((drawing.ids[one], drawing.ids[other]))]
        assert found["weight"] == weight
        behind = [drawing.paper_ids[paper] for paper in drawing.edge_papers[tie]]
        assert found["papers"].split() == behind


def test_ids_that_lead_to_the_web_are_links(
    make_network: Callable[..., Network], tmp_path: Path
) -> None:
    orcid = "orcid:0000-0002-1825-0097"
    drawing = make_network([{"authors": [orcid, "Ben"], "title": "T"}]).draw()
    graph = nx.read_gexf(drawing.save(tmp_path / "x.gexf"))
    assert graph.nodes[orcid]["url"] == "https://orcid.org/0000-0002-1825-0097"
    assert "url" not in graph.nodes["Ben"]


def test_igraph_reads_graphml(drawing: Drawing, tmp_path: Path) -> None:
    graph: Any = igraph.Graph.Read_GraphML(str(drawing.save(tmp_path / "coauthors.graphml")))
    assert graph.vs["label"] == list(drawing.labels)
    assert [edge.tuple for edge in graph.es] == list(
        zip(drawing.source.tolist(), drawing.target.tolist(), strict=True)
    )
    assert graph.es["weight"] == drawing.weight.tolist()
    assert set(graph.es.attributes()) == {"weight", "papers"}


@pytest.mark.parametrize("library", ["networkx", "igraph"])
def test_pajek_is_read(drawing: Drawing, tmp_path: Path, library: str) -> None:
    path = drawing.save(tmp_path / "coauthors.net")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf*Network Engines & <tables>\n*Vertices 9\n1 ")
    if library == "networkx":
        graph = nx.read_pajek(path)
        found = {frozenset(ends): data["weight"] for *ends, data in graph.edges(data=True)}
        names, places = list(graph), [(d["x"], d["y"]) for _, d in graph.nodes(data=True)]
    else:
        read: Any = igraph.Graph.Read_Pajek(str(path))
        names, places = read.vs["name"], list(zip(read.vs["x"], read.vs["y"], strict=True))
        found = {
            frozenset(read.vs[end]["name"] for end in edge.tuple): edge["weight"]
            for edge in read.es
        }
    assert names == list(drawing.labels)
    assert found == {
        frozenset((drawing.labels[one], drawing.labels[other])): weight
        for one, other, weight in zip(
            drawing.source, drawing.target, drawing.weight, strict=True
        )
    }  # fmt: skip
    x, y = np.array(places).T
    assert min(x) == min(y) == 0
    assert max(x.max(), y.max()) == 1
    # One scale for both directions.
    extent = max(np.ptp(drawing.x), np.ptp(drawing.y))
    assert np.allclose(x, (drawing.x - drawing.x.min()) / extent, atol=1e-4)
    assert np.allclose(y, (drawing.y - drawing.y.min()) / extent, atol=1e-4)


def test_pajek_tells_namesakes_apart(make_network: Callable[..., Network], tmp_path: Path) -> None:
    network = make_network(
        [{"authors": ["a", "b", "c"], "title": "T"}], {"a": "Wei Li", "b": "Wei Li", "c": "Cy"}
    )
    graph = nx.read_pajek(network.draw().save(tmp_path / "x.net"))
    assert list(graph) == ["Wei Li (a)", "Wei Li (b)", "Cy"]
    assert graph.number_of_edges() == 3


def test_a_map_for_vosviewer(make_network: Callable[..., Network], tmp_path: Path) -> None:
    """Each part is what https://app.vosviewer.com/docs/file-types/json-file-type/ says."""
    orcid = "orcid:0000-0002-1825-0097"
    network = make_network(
        [
            {"authors": [orcid, "Ben"], "title": "T", "year": 1843},
            {"authors": [orcid, "Ben"], "title": "U", "year": 1845},
            {"authors": ["Ida"], "title": "V"},
        ],
        {orcid: "Ada <Lovelace> & Co"},
    )
    drawing = network.draw(size="degree", title="<b>T</b>", measures=["strength"])
    found = json.loads(drawing.save(tmp_path / "x.json").read_text(encoding="utf-8"))
    assert set(found) == {"network", "config", "info"}
    assert set(found["network"]) == {"items", "links", "clusters"}
    ada, _, ida = found["network"]["items"]
    assert ada == {
        "id": orcid,
        "label": "Ada &lt;Lovelace> &amp; Co",
        "x": round(float(drawing.x[0]), 1),
        "y": -round(float(drawing.y[0]), 1),
        "cluster": 1,
        "url": "https://orcid.org/0000-0002-1825-0097",
        "weights": {"degree": 1.0, "papers": 2, "strength": 2.0},
        "scores": {"degree": 1.0, "papers": 2, "strength": 2.0, "mean year": 1844.0},
    }
    assert next(iter(ada["weights"])) == "degree"  # what VOSviewer sizes items by
    assert "mean year" not in ida["scores"]
    assert "url" not in ida
    assert found["network"]["links"] == [{"source_id": orcid, "target_id": "Ben", "strength": 2.0}]
    assert [cluster["cluster"] for cluster in found["network"]["clusters"]] == [1, 2]
    colours = found["config"]["color_schemes"]["cluster_colors"]
    assert colours == [
        {"cluster": number, "color": group.colour}
        for number, group in enumerate(drawing.groups, 1)
    ]  # fmt: skip
    assert found["info"]["title"] == "&lt;b>T&lt;/b>"


def hostile(make_network: Callable[..., Network]) -> Drawing:
    ids = [f"author:{number}{clean(text)[:50]}" for number, text in enumerate(HOSTILE)]
    papers = [
        {"authors": [one, other], "title": title, "topics": [title], "id": f"paper:{clean(title)}"}
        for one, other, title in zip(ids, ids[1:], HOSTILE[1:], strict=False)
    ]
    network = make_network(papers, dict(zip(ids, HOSTILE, strict=True)))
    return network.draw(title=" ".join(HOSTILE[:7]), colour="topic")


@pytest.mark.parametrize("suffix", READERS)
def test_hostile_names_are_text(
    make_network: Callable[..., Network], tmp_path: Path, suffix: str
) -> None:
    drawing = hostile(make_network)
    graph = READERS[suffix](drawing.save(tmp_path / f"x.{suffix}"))
    # XML readers make spaces of other white space in attributes, where GEXF has its labels.
    expected = [clean(name) for name in HOSTILE]
    found = [data["name"] for _, data in graph.nodes(data=True)]
    if suffix != "cyjs":
        expected, found = ([" ".join(t.split()) for t in texts] for texts in (expected, found))
    assert found == expected
    assert graph.number_of_edges() == len(HOSTILE) - 1


@pytest.mark.parametrize("suffix", ["gexf", "graphml"])
def test_markup_in_names_makes_no_elements(
    make_network: Callable[..., Network], tmp_path: Path, suffix: str
) -> None:
    tree = etree.parse(str(hostile(make_network).save(tmp_path / f"x.{suffix}")))
    known = {
        "gexf": "gexf meta creator description graph attributes attribute nodes node attvalues"
        " attvalue color position size edges edge",
        "graphml": "graphml desc key graph node edge data",
    }
    assert {etree.QName(one).localname for one in tree.iter()} == set(known[suffix].split())


def test_vosviewer_gets_no_markup(make_network: Callable[..., Network], tmp_path: Path) -> None:
    found = json.loads(hostile(make_network).save(tmp_path / "x.json").read_text())
    texts = [item["label"] for item in found["network"]["items"]]
    texts += [cluster["label"] for cluster in found["network"]["clusters"]]
    texts += found["info"].values()
    assert not any("<" in text for text in texts)


def test_pajek_keeps_one_line_a_vertex(
    make_network: Callable[..., Network], tmp_path: Path
) -> None:
    drawing = hostile(make_network)
    text = drawing.save(tmp_path / "x.net").read_text(encoding="utf-8-sig")
    lines = text.split("\n")
    assert lines[1] == f"*Vertices {len(HOSTILE)}"
    assert lines[2 + len(HOSTILE)] == "*Edges"
    assert all(line.count('"') == 2 for line in lines[2 : 2 + len(HOSTILE)])


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("authors", [[], ["Ada"]])
def test_next_to_nothing(
    make_network: Callable[..., Network], tmp_path: Path, suffix: str, authors: list[str]
) -> None:
    drawing = make_network([{"authors": authors, "title": "T"}] if authors else []).draw()
    path = drawing.save(tmp_path / f"x.{suffix}")
    if suffix in READERS:
        assert list(READERS[suffix](path)) == authors
    elif suffix == "json":
        assert [i["id"] for i in json.loads(path.read_text())["network"]["items"]] == authors
    else:
        assert list(nx.read_pajek(path)) == authors


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_drawing_gives_the_same_bytes(
    network: Network, tmp_path: Path, suffix: str
) -> None:
    one, other = (network.draw().save(tmp_path / f"{name}.{suffix}") for name in "ab")
    assert one.read_bytes() == other.read_bytes()
