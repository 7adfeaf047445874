"""One HTML file that needs nothing else and runs nothing but our own scripts.

What a source says (names, titles, topics) enters the page as data: compressed and in
base64, which no HTML parser can take for markup, read by a script that writes it with
`textContent`. The content security policy allows exactly our scripts, by their hashes,
and no request to anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import zlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any

__all__ = ["assemble", "packed", "plain"]

LONGEST = 600
"""Texts of the page are cut here; a title of more characters is a mistake of its source."""
UNSEEN = re.compile(
    # Controls, lone surrogates, and what turns the direction of the text around it.
    "[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
    "\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff]+"
)
SOURCE_MAP = re.compile(r"^//[#@]\s*sourceMappingURL=.*$|/\*[#@]\s*sourceMappingURL=.*?\*/", re.M)
SCRIPTS = (
    "data.js",
    "dom.js",
    "view.js",
    "labels.js",
    "levels.js",
    "brush.js",
    "canvas.js",
    "webgl.js",
    "graph.js",
    "panel.js",
    "controls.js",
    "search.js",
    "table.js",
    "files.js",
    "address.js",
    "page.js",
)


def plain(text: object, longest: int = LONGEST) -> str:
    """Text without what cannot be seen or would reorder its surroundings, cut if very long.

    Examples
    --------
    >>> plain("Ada\\x00 \\u202eLovelace\\n")
    'Ada Lovelace'
    """
    joined = str(text)
    if not joined.isprintable() or joined[:1] == " " or joined[-1:] == " " or "  " in joined:
        joined = " ".join(UNSEEN.sub(" ", joined).split())
    return joined if len(joined) <= longest else joined[: longest - 1].rstrip() + "…"


def packed(data: Any) -> str:
    """Data for the page: JSON in raw deflate in base64.

    Numpy arrays are lists, and numbers that are not finite null.

    Parameters
    ----------
    data : dict, list, tuple, str, number, None or ndarray
        And any nesting of these.

    Returns
    -------
    str
        Letters, digits, ``+``, ``/`` and ``=``.

    Examples
    --------
    >>> packed(["</script>"])
    'i1ay0S9OLsosKLFTigUA'
    """
    import orjson

    text = orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY)
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return base64.b64encode(deflate.compress(text) + deflate.flush()).decode()


def assemble(title: str, caption: str, data: Mapping[str, Any], libraries: Sequence[str]) -> str:
    """The page.

    Parameters
    ----------
    title, caption : str
        Shown as text.
    data : mapping
        What the scripts read; see ``data.js``.
    libraries : sequence of str
        Scripts to include before ours.

    Returns
    -------
    str
        HTML.
    """
    ours = "\n".join(_own(name) for name in SCRIPTS)
    scripts = [_script(text) for text in (*libraries, f'(() => {{\n"use strict";\n{ours}}})();\n')]
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    title, caption = html.escape(plain(title)), html.escape(plain(caption))
    return Template(_own("page.html")).substitute(
        title=title,
        caption=caption,
        policy=(
            f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
            "img-src data:; base-uri 'none'; form-action 'none'"
        ),
        style=_own("page.css"),
        data=packed(data),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def _own(name: str) -> str:
    return files("graphkit.render").joinpath(name).read_text(encoding="utf-8")


def _script(text: str) -> str:
    """A script as the browser will read it from the page, so that its hash is the same."""
    text = SOURCE_MAP.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if re.search(r"<!--|</?script\b", text, re.I):
        # Both can only stand in strings or comments, where this means the same.
        text = re.sub(r"<(?=!--|/?script\b)", r"\\x3c", text, flags=re.I)
    return text


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
