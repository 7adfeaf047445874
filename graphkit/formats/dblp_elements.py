"""A piece of DBLP's XML -> its elements, by column: none of them is looked at on its own.

A piece that is known to be XML, without comments and the like, is taken apart at its angle
brackets: where they stand says which elements there are, and what lies between them becomes
columns of texts that point into the piece.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from graphkit.formats.column_values import filled, is_any, matches

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FIELDS", "PAPERS", "PASSED_OVER", "Elements", "Numbers"]

PAPERS: dict[str, str | None] = {
    "article": "fabio:JournalArticle",
    "inproceedings": "fabio:ConferencePaper",
    "incollection": "fabio:BookChapter",
    "book": "fabio:Book",
    "phdthesis": "fabio:Thesis",
    "mastersthesis": "fabio:Thesis",
    "data": None,
}
PASSED_OVER = {
    "proceedings": "volumes of proceedings, no papers",
    "www": "home pages of people, no papers",
    "person": "records of people, no papers",
}
FIELDS = ("author", "booktitle", "cite", "crossref", "ee", "journal", "title", "year")
_RECORDS = (*PAPERS, *PASSED_OVER)
_NAMES = (*_RECORDS, *FIELDS)
_ATTRIBUTES = r"""^(?: +[^\s='"]+="[^"]*")* */?$"""
_SPACES = bytes.maketrans(b"\t\r\n", b"   ")
_MARKUP = re.compile("<[^>]*>")

Numbers = Any  # an array of integers


class Elements:
    """The elements in a piece of XML, by column.

    Parameters
    ----------
    text : bytes
        Records one after the other, well-formed, in UTF-8.

    Attributes
    ----------
    is_plain : bool
        Whether it holds records of fields of text and nothing else; if not, the rest is void.
    records : numpy.ndarray of int
        The tags that begin a record.
    kinds : numpy.ndarray of int
        The number of each record's name, among those of papers and then of others.
    """

    def __init__(self, text: bytes) -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        # White space of any kind parts what is in a tag.
        self._text = text = text.translate(_SPACES)
        self._data = data = np.frombuffer(text, np.uint8)
        self._entities = np.flatnonzero(data == ord("&"))
        self._starts = starts = np.flatnonzero(data == ord("<"))
        closing = np.flatnonzero(data == ord(">"))
        self._ends = ends = closing[np.searchsorted(closing, starts)]
        second, last = data[starts + 1], data[ends - 1]
        is_end = second == ord("/")
        is_empty = ~is_end & (last == ord("/"))
        is_start = ~is_end & ~is_empty
        # How deep a tag stands; one that ends an element stands where the element does.
        level = np.cumsum(is_start.astype(np.int32) - is_end) - is_start
        # What each start tag on the second level, that of fields, goes with.
        self._field_starts = np.flatnonzero(is_start & (level == 1))
        self._field_ends = np.flatnonzero(is_end & (level == 1))
        elements = np.flatnonzero(~is_end)
        tags = self._between(starts[elements] + 1, ends[elements])
        codes = pc.index_in(tags, pa.array(_NAMES)).fill_null(-1).to_numpy().copy()
        # Tags of more than a name.
        cut = (last == ord(" "))[elements] | is_empty[elements] | (_find(tags, "=") >= 0)
        longer = np.flatnonzero((codes < 0) & cut)
        self._longer = elements[longer]
        self._attributes_at = self._name_ends(tags.take(pa.array(longer)), is_empty)
        names = self._between(starts[self._longer] + 1, self._attributes_at)
        self._attributes = self._between(self._attributes_at, ends[self._longer])
        codes[longer] = pc.index_in(names, pa.array(_NAMES)).fill_null(-1).to_numpy()
        is_record = (codes >= 0) & (codes < len(_RECORDS))
        self.records, self.kinds = elements[is_record], codes[is_record]
        wanted = elements[(codes >= len(_RECORDS)) & is_start[elements]]
        of_wanted = codes[(codes >= len(_RECORDS)) & is_start[elements]] - len(_RECORDS)
        self._fields = {name: wanted[of_wanted == at] for at, name in enumerate(FIELDS)}
        self.is_plain = not (
            (second == ord("!")).any()
            or (second == ord("?")).any()
            or (is_record != (level[elements] == 0)).any()
            or (level[elements[codes >= len(_RECORDS)]] != 1).any()
            or self._has_text_outside(np.flatnonzero(~is_start & (level == 0)))
            or is_any(pc.invert(matches(self._attributes, _ATTRIBUTES)))
        )

    def attribute(self, tags: Numbers, name: str) -> pa.Array:
        """An attribute of some elements, by their tags; null where they have none."""
        import numpy as np
        import pyarrow as pa

        begun = f' {name}="'
        found = _find(self._attributes, begun)
        has = np.flatnonzero(found >= 0)
        quotes = np.flatnonzero(self._data == ord('"'))
        places = self._longer[has]
        starts = self._attributes_at[has] + found[has] + len(begun)
        values = self._decoded(starts, quotes[np.searchsorted(quotes, starts)])
        at = np.searchsorted(places, tags)
        has_none = np.append(places, -1)[at] != tags
        return values.take(pa.array(at, mask=has_none))

    def field(self, name: str) -> tuple[Numbers, pa.Array, Numbers]:
        """The fields of a name: in which record each stands, its text, and its tag."""
        import numpy as np

        starts = self._fields[name]
        ends = self._field_ends[np.searchsorted(self._field_starts, starts)]
        text = self._decoded(self._ends[starts] + 1, self._starts[ends], ends - starts > 1)
        return np.searchsorted(self.records, starts) - 1, text, starts

    def _name_ends(self, tags: pa.Array, is_empty: Numbers) -> Numbers:
        """Where the names in the longer tags end."""
        import numpy as np

        space = _find(tags, " ")
        last = self._ends[self._longer] - is_empty[self._longer]
        return np.where(space < 0, last, self._starts[self._longer] + 1 + space)

    def _has_text_outside(self, ends: Numbers) -> bool:
        """Whether something stands before, between or behind records, by their last tags."""
        import numpy as np
        import pyarrow.compute as pc

        after = np.append(self._starts, len(self._text))[ends + 1]
        outside = pc.ascii_trim_whitespace(self._between(self._ends[ends] + 1, after))
        return is_any(pc.not_equal(outside, "")) or bool(self._text.partition(b"<")[0].strip())

    def _decoded(self, starts: Numbers, ends: Numbers, has_markup: Any = False) -> pa.Array:
        """What lies between, without markup and with what entities stand for; null if nothing."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        found = self._between(starts, ends)
        entities = np.searchsorted(self._entities, ends) - np.searchsorted(self._entities, starts)
        odd = pa.array((entities > 0) | has_markup)
        if is_any(odd):
            texts = found.filter(odd).to_pylist()
            made = [html.unescape(_MARKUP.sub("", text)) for text in texts]
            found = pc.replace_with_mask(found, odd, pa.array(made, pa.string()))
        return filled(found)

    def _between(self, starts: Numbers, ends: Numbers) -> pa.Array:
        """The texts from one place to the other, in ascending order."""
        import numpy as np
        import pyarrow as pa

        if not len(starts):
            return pa.array([], pa.string())
        # Also what lies between them, which no copy is made of.
        offsets = np.stack([starts, ends], axis=1).ravel().astype(np.int32)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(self._text)]
        everything = pa.Array.from_buffers(pa.string(), len(offsets) - 1, buffers)
        return everything.take(pa.array(np.arange(0, len(offsets) - 1, 2)))


def _find(texts: pa.Array, part: str) -> Numbers:
    """Where a part stands in each text; -1 where it does not."""
    import pyarrow.compute as pc

    return pc.find_substring(texts, part).to_numpy()
