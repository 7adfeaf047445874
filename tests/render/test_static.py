"""Pictures for print: what is on them, and that they stay the same."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from matplotlib import font_manager
from PIL import Image

from graphkit.errors import UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.network import Network
from graphkit.render import static
from graphkit.render.drawing import Drawing
from graphkit.render.fonts import MissingGlyphWarning, families
from graphkit.render.labels import place_labels
from tests.conftest import Run
from tests.render.test_network_files import hostile

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def example_drawing(example: KnowledgeGraph) -> Drawing:
    return example.coauthors().draw(title="Interspeech & 2022")


@pytest.fixture
def no_other_fonts(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Only the fonts that matplotlib brings."""
    manager = font_manager.fontManager
    own = [font for font in manager.ttflist if font.fname.startswith(mpl.get_data_path())]
    monkeypatch.setattr(manager, "ttflist", own)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [])
    return manager


def texts(svg: bytes) -> list[str]:
    return ["".join(one.itertext()) for one in etree.fromstring(svg).iter(f"{SVG}text")]


def test_names_and_legend_are_text(example_drawing: Drawing) -> None:
    found = texts(static.svg(example_drawing))
    largest = np.argsort(-example_drawing.size)[:10]
    assert {example_drawing.labels[person] for person in largest} <= set(found)
    for group in example_drawing.groups:
        assert f"{group.name} ({group.people})" in found
    assert "width: weight of the tie, 1 to 3" in found
    assert any(text.startswith("area: pagerank, 0.000") for text in found)
    names = [text for text in found if text in example_drawing.labels]
    assert len(names) == len(set(names)) > 60


def test_places_and_colours_are_those_of_the_drawing(network: Network) -> None:
    drawing = network.draw()
    tree = etree.fromstring(static.svg(drawing, width="20cm"))
    # People come first, then the signs of the legend.
    circles = [
        (float(use.get("x")), float(use.get("y")), re.findall("fill: (#.{6})", use.get("style"))[0])
        for use in tree.iter(f"{SVG}use")
    ][: len(drawing.ids)]
    scale = static.LARGEST_SCALE  # nine people do not fill a page
    left, top = (min(found) for found in list(zip(*circles, strict=True))[:2])
    drawn = {(round(x - left, 2), round(y - top, 2), colour) for x, y, colour in circles}
    x, y = (scale * (at - at.min()) for at in (drawing.x, drawing.y))
    for place in zip(x, y, drawing.colour, strict=True):
        assert any(
            np.allclose(place[:2], other[:2], atol=0.02) and place[2] == other[2]
            for other in drawn
        ), place  # fmt: skip


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_the_same_drawing_gives_the_same_bytes(network: Network, form: str) -> None:
    write = getattr(static, form)
    assert write(network.draw()) == write(network.draw())


def test_what_a_user_has_set_is_left_out_and_left_alone(network: Network) -> None:
    drawing = network.draw()
    expected = static.svg(drawing)
    ours = {"font.size": 30.0, "savefig.transparent": True, "text.usetex": True}
    with mpl.rc_context(ours):
        assert static.svg(drawing) == expected
        assert {name: mpl.rcParams[name] for name in ours} == ours


@pytest.mark.parametrize(
    ("width", "points"), [("17cm", 481.89), ("85mm", 240.94), ("6.5in", 468.0), ("252pt", 252.0)]
)
def test_widths(network: Network, width: str, points: float) -> None:
    drawing = network.draw()
    root = etree.fromstring(static.svg(drawing, width=width))
    assert float(root.get("width").removesuffix("pt")) == pytest.approx(points, abs=0.01)
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ", static.pdf(drawing, width=width))
    assert box is not None
    assert float(box[1]) == pytest.approx(points, abs=0.01)
    image = Image.open(io.BytesIO(static.png(drawing, width=width)))
    assert image.width == pytest.approx(points / 72 * 300, abs=1)


@pytest.mark.parametrize("width", ["17", "wide", "-3cm", "0cm", "1e3in", "5000cm", "17 km"])
def test_other_widths_are_refused(network: Network, width: str) -> None:
    with pytest.raises(ValueError, match=f"'{width}' is no .*(17cm|2.54cm)"):
        static.svg(network.draw(), width=width)


def test_fonts_are_within_the_pdf(network: Network) -> None:
    found = static.pdf(network.draw())
    assert b"/FontFile2" in found  # TrueType, which can be searched and set again
    assert b"/Type3" not in found


def test_a_picture_in_a_picture_above_many_ties(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = network.draw()
    assert b"<image" not in static.svg(drawing)
    monkeypatch.setattr(static, "MOST_VECTORS", 5)
    found = static.svg(drawing)
    assert found.count(b"<image") == 1
    assert "Ada" in texts(found)


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
@pytest.mark.parametrize("authors", [[], ["Ada"]])
def test_next_to_nothing(
    make_network: Callable[..., Network], form: str, authors: list[str]
) -> None:
    drawing = make_network([{"authors": authors, "title": "T"}] if authors else []).draw()
    found = getattr(static, form)(drawing, width="3cm")
    assert len(found) > 500
    if form == "svg":
        assert ("Ada" if authors else "Nobody to draw") in texts(found)


@pytest.mark.parametrize("option", ["since", "width"])
def test_unknown_options_are_refused(network: Network, tmp_path: Path, option: str) -> None:
    with pytest.raises(UnknownNameError, match=f"unknown option of .html '{option}'"):
        network.draw().save(tmp_path / "x.html", **{option: "17cm"})
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import graphkit as gk\n"
        "gk.example().coauthors().draw().save('x.pdf')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MissingExtraError: this needs matplotlib" in ran.stderr
    assert "pip install 'graphkit-kg[figures]'" in ran.stderr


def test_from_the_command_line(example: KnowledgeGraph, graphkit: Run, tmp_path: Path) -> None:
    example.save(tmp_path / "x.kg")
    answer = graphkit("draw", "x.kg", "-o", "x.svg", "--width", "8.5cm")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "wrote x.svg: 173 people, 587 ties\n"
    root = etree.parse(str(tmp_path / "x.svg")).getroot()
    assert float(root.get("width").removesuffix("pt")) == pytest.approx(240.94, abs=0.01)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-o", "x.bmp"], "unknown renderer 'bmp'"),
        (["-o", "x.html", "--width", "8cm"], "unknown option of .html 'width'"),
        (["-o", "x.svg", "--width", "8"], "'8' is no length: give it with a unit"),
    ],
)
def test_mistakes_are_told_before_the_graph_is_opened(
    graphkit: Run, tmp_path: Path, words: list[str], told: str
) -> None:
    answer = graphkit("draw", "nowhere.kg", *words)
    assert answer.code != 0
    assert told in " ".join(answer.err.split())


# ---- names -------------------------------------------------------------------------

sides = st.floats(1, 40)


@given(
    st.lists(
        st.tuples(st.floats(0, 200), st.floats(0, 150), st.floats(0.1, 12), sides, sides),
        min_size=1,
        max_size=40,
    ),
    st.integers(0, 40),
)
def test_names_never_stand_on_each_other(given: list[tuple[float, ...]], most: int) -> None:
    table = np.array(given)
    where, radius, extents = table[:, :2], table[:, 2], table[:, 3:]
    page = (200.0, 150.0)
    places = place_labels(where, radius, extents, np.arange(len(table)), page, most)
    assert len(places) <= most
    boxes = [(*low, *(low + extents[number])) for number, low in places.items()]
    for left, low, right, high in boxes:
        assert left >= 0
        assert low >= 0
        assert right <= page[0]
        assert high <= page[1]
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


def test_a_name_with_room_stands_right_of_its_circle() -> None:
    places = place_labels(
        np.array([[50.0, 50.0]]), np.array([5.0]), np.array([[30.0, 8.0]]), np.array([0]),
        (100.0, 100.0), 1,
    )  # fmt: skip
    assert places == {0: (56.2, 46.0)}


# ---- letters -----------------------------------------------------------------------


def han_font(folder: Path) -> Path:
    """A font with two letters, as square as they get."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 800), (800, 800), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    names = [".notdef", "one", "two"]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord("张"): "one", ord("伟"): "two"})
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (900, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Two Letters", "styleName": "Regular"})
    builder.setupOS2(usWeightClass=400)
    builder.setupPost()
    path = folder / "two.ttf"
    builder.save(path)
    return path


@pytest.fixture
def in_han(make_network: Callable[..., Network]) -> Drawing:
    return make_network([{"authors": ["a", "b"], "title": "T"}], {"a": "张伟", "b": "Bo"}).draw()


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_letters_that_no_font_has_are_told(no_other_fonts: Any, in_han: Drawing, form: str) -> None:
    with pytest.warns(MissingGlyphWarning, match=r"has 2 of the letters, such as 伟") as caught:
        getattr(static, form)(in_han)
    assert len(caught) == 1


def test_an_svg_leaves_letters_to_those_who_show_it(no_other_fonts: Any, in_han: Drawing) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "张伟" in texts(static.svg(in_han))


def test_fonts_that_were_installed_since_are_found(
    no_other_fonts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    paths = [str(han_font(tmp_path)), str(broken)]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: paths)
    assert families(["张伟"]) == (["DejaVu Sans", "Two Letters"], "")


def test_fonts_are_found_for_letters(no_other_fonts: Any, in_han: Drawing, tmp_path: Path) -> None:
    no_other_fonts.addfont(han_font(tmp_path))
    assert families(["张伟 Bo", "伟"]) == (["DejaVu Sans", "Two Letters"], "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = static.pdf(in_han)
        assert b"'DejaVu Sans', 'Two Letters'" in static.svg(in_han)
    assert found.count(b"/FontFile2") == 2


# ---- safety ------------------------------------------------------------------------


def test_hostile_names_are_text_and_run_nothing(
    make_network: Callable[..., Network], browser: Any, tmp_path: Path
) -> None:
    drawing = hostile(make_network)
    path = drawing.save(tmp_path / "x.svg")
    page = browser.new_page()
    asked: list[str] = []

    def heard(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", heard)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    shown = page.evaluate("[...document.querySelectorAll('text')].map(text => text.textContent)")
    elements = page.evaluate(
        "[...new Set([...document.querySelectorAll('*')].map(e => e.tagName))]"
    )
    page.close()
    assert asked == [path.as_uri()]
    assert '"><script>alert(1)</script>' in shown
    assert not {"script", "foreignObject", "a", "image"} & {name.lower() for name in elements}
