"""One HTML file that needs nothing else and runs nothing but our own scripts.

What a source says (names, titles, topics) enters the page as data: JSON that no
HTML parser can take for markup, read by a script that writes it with `textContent`.
The content security policy allows exactly our scripts, by their hashes, and no
request to anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.resources import files
from string import Template
from typing import Any

__all__ = ["assemble", "plain", "to_json"]

LONGEST = 600
"""Texts of the page are cut here; a title of more characters is a mistake of its source."""
UNSEEN = re.compile(
    # Controls, lone surrogates, and what turns the direction of the text around it.
    "[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
    "\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff]+"
)
UNSAFE_IN_SCRIPT = re.compile("[<>&\\u2028\\u2029]")
SOURCE_MAP = re.compile(r"^//[#@]\s*sourceMappingURL=.*$|/\*[#@]\s*sourceMappingURL=.*?\*/", re.M)
SCRIPTS = ("labels.js", "graph.js", "panel.js", "page.js")


def plain(text: object, longest: int = LONGEST) -> str:
    """Text without what cannot be seen or would reorder its surroundings, cut if very long.

    Examples
    --------
    >>> plain("Ada\\x00 \\u202eLovelace\\n")
    'Ada Lovelace'
    """
    joined = " ".join(UNSEEN.sub(" ", str(text)).split())
    return joined if len(joined) <= longest else joined[: longest - 1].rstrip() + "…"


def to_json(value: Any) -> str:
    """JSON for a ``<script type="application/json">`` element.

    Numpy scalars and arrays, sets and dates become what they stand for, numbers that
    are not finite become null, and no ``<``, ``>`` or ``&`` is left as it is.

    Examples
    --------
    >>> import numpy as np
    >>> to_json({"</script>": (np.int64(1), float("nan"))})
    '{"\\\\u003c/script\\\\u003e":[1,null]}'
    """
    text = json.dumps(_simple(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return UNSAFE_IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _simple(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value == int(value) and abs(value) < 1e15 else float(value)
    if isinstance(value, Mapping):
        return {plain(key): _simple(inner) for key, inner in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "tolist"):  # arrays and scalars of numpy
        return _simple(value.tolist())
    if isinstance(value, Iterable):
        return [_simple(inner) for inner in value]
    return plain(value)


def assemble(
    title: str, caption: str, data: Mapping[str, Any], libraries: Sequence[str], style: str
) -> str:
    """The page.

    Parameters
    ----------
    title, caption : str
        Shown as text.
    data : mapping
        What the scripts read; see ``page.js``.
    libraries : sequence of str
        Scripts to include before ours.
    style : str
        CSS to include before ours.

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
        style=SOURCE_MAP.sub("", style) + "\n" + _own("page.css"),
        data=to_json(data),
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
