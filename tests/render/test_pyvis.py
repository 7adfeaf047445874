"""The pyvis network, and the page as text."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from graphkit.network import Network
from graphkit.render.drawing import draw
from graphkit.render.html import render
from graphkit.render.page import _script, packed, plain
from graphkit.render.pyvis import to_pyvis


def data_of(page: str) -> Any:
    found = re.search(r'<script type="text/plain" id="data">([A-Za-z0-9+/=]*)</script>', page)
    assert found
    return json.loads(zlib.decompress(base64.b64decode(found[1]), -zlib.MAX_WBITS))


# ---- pyvis -------------------------------------------------------------------------


def test_pyvis_gets_all_people_and_ties(network: Network) -> None:
    drawing = draw(network)
    made = to_pyvis(drawing)
    assert [node["id"] for node in made.nodes] == list(drawing.ids)
    assert [node["label"] for node in made.nodes] == list(drawing.labels)
    assert [node["x"] for node in made.nodes] == drawing.x.tolist()
    assert [node["color"] for node in made.nodes] == list(drawing.colour)
    ends = {(edge["from"], edge["to"]) for edge in made.edges}
    assert len(made.edges) == len(ends) == len(drawing.source)
    assert [edge["value"] for edge in made.edges] == drawing.weight.tolist()
    assert ("Ada", "Ben") in ends


def test_pyvis_can_go_on_from_there(network: Network) -> None:
    made = to_pyvis(draw(network))
    json.dumps((made.nodes, made.edges))
    assert json.loads(made.options.to_json())["physics"]["enabled"] is False
    made.add_node("new", label="New")
    made.add_edge("Ada", "new")
    assert "New" in made.generate_html()


def test_pyvis_of_many_is_quick(large_network: Network) -> None:
    drawing = draw(large_network)
    assert len(to_pyvis(drawing).nodes) == len(drawing.ids)


def test_numbers_that_are_not_finite_are_survived(network: Network) -> None:
    drawing = draw(network)
    holes = np.full(len(drawing.source), np.nan)
    holes[0] = np.inf
    broken = replace(drawing, weight=holes, x=np.full(len(drawing.ids), np.nan))
    json.dumps(to_pyvis(broken).edges, allow_nan=False)
    assert data_of(render(broken))["ties"]["weight"][0] is None


# ---- the page as text ----------------------------------------------------------------


def test_the_page_asks_nobody(network: Network) -> None:
    page = render(draw(network))
    shell = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    assert not re.search(r"\b(src|href|action)\s*=|@import|url\(", shell)
    assert not re.search(r"url\((?!\s*[\"']?data:)", page[: page.index("</style>")])
    assert "sourceMappingURL" not in page
    assert "@license" in page


def test_the_policy_allows_our_scripts_only(network: Network) -> None:
    page = render(draw(network))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert len(scripts) == 2
    assert html.unescape(policy[1]) == (
        "default-src 'none'; script-src "
        + " ".join(f"'sha256-{one}'" for one in hashes)
        + "; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_our_scripts_write_no_markup(network: Network) -> None:
    ours = re.findall(r"<script>(.*?)</script>", render(draw(network)), re.S)[-1]
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert sink not in ours


def test_a_drawing_of_many_stays_small(large_network: Network) -> None:
    drawing = draw(large_network)
    size = len(render(drawing).encode())
    people_and_ties = len(drawing.ids) + len(drawing.source)
    assert size <= 1.5e6 + 150 * people_and_ties + 250 * len(drawing.papers)


def test_the_same_drawing_gives_the_same_page(network: Network) -> None:
    assert render(draw(network)) == render(draw(network))


def test_names_and_titles_stand_once(make_network: Callable[..., Any]) -> None:
    network = make_network([{"authors": ["a", "b", "c"], "title": "Only one of these"}])
    data = data_of(render(draw(network)))
    assert data["papers"]["title"] == ["Only one of these"]
    assert data["people"]["name"] == ["a", "b", "c"]
    assert json.dumps(data).count("Only one of these") == 1


def test_data_are_packed_as_letters_alone() -> None:
    text = packed({"</script><!--&": np.array([1.0, np.nan, 2.5]), "list": (np.int64(3), None)})
    assert re.fullmatch("[A-Za-z0-9+/=]+", text)
    plain_text = zlib.decompress(base64.b64decode(text), -zlib.MAX_WBITS)
    assert json.loads(plain_text) == {"</script><!--&": [1, None, 2.5], "list": [3, None]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada\x00\x07Lovelace", "Ada Lovelace"),
        ("\u202egnorw\u202c", "gnorw"),
        ("a\r\n\tb", "a b"),
        ("\u2067x\u2069", "x"),
        ("नर्\u200dक", "नर्\u200dक"),
        ("x" * 100_000, "x" * 599 + "…"),
        (None, "None"),
    ],
)
def test_plain_text(text: Any, expected: str) -> None:
    assert plain(text) == expected


def test_scripts_cannot_end_their_element() -> None:
    script = _script('a = "</script>";\r\nb = "<!--";\n//# sourceMappingURL=x.map\n')
    assert script == 'a = "\\x3c/script>";\nb = "\\x3c!--";\n\n'
