"""Single columns of any table -> columns of records: text, DOIs, types, languages, events."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphkit.formats.text import plain
from graphkit.tables import flat

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

__all__ = [
    "as_text",
    "by_value",
    "dois",
    "event_names",
    "filled",
    "is_any",
    "languages",
    "lengths",
    "matches",
    "only",
    "relisted",
    "tidy",
    "types_of",
    "with_year",
    "without_volume",
    "years",
]

TYPES = (
    ("conference|proceeding|workshop", "fabio:ConferencePaper"),
    ("chapter|incollection", "fabio:BookChapter"),
    ("preprint", "fabio:Preprint"),
    ("thesis|dissertation", "fabio:Thesis"),
    ("report", "fabio:ReportDocument"),
    ("article|journal|magazine|review|letter|survey|note|editorial", "fabio:JournalArticle"),
    ("book", "fabio:Book"),
)
YEAR = r"(?:^|\D)(?P<year>1[4-9]\d\d|20\d\d)(?:\D|$)"
LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "dutch": "nl", "english": "en",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hungarian": "hu",
    "italian": "it", "japanese": "ja", "korean": "ko", "norwegian": "no", "persian": "fa",
    "polish": "pl", "portuguese": "pt", "russian": "ru", "spanish": "es", "swedish": "sv",
    "turkish": "tr", "ukrainian": "uk",
}  # fmt: skip
DOI_LINK = "https://doi.org/"
# What `plain` changes: controls, odd spaces, marks of direction, accents on their own, entities
# and tags.
UNTIDY = (
    r"[\x00-\x1f\x7f-\x{A0}\x{AD}\x{300}-\x{36F}\x{2000}-\x{200F}\x{2028}-\x{202F}"
    r"\x{205F}-\x{206F}\x{3000}\x{FEFF}]|  |^ | $|&#?\w+;|</?[A-Za-z]"
)


def is_any(mask: Any) -> bool:
    """Whether any value is true."""
    import pyarrow.compute as pc

    return bool(pc.any(mask).as_py())


def matches(column: pa.Array, pattern: str) -> pa.Array:
    """Which texts hold a pattern (RE2); null counts as one that does not."""
    import pyarrow.compute as pc

    return pc.fill_null(pc.match_substring_regex(column, pattern), False)


def by_value(column: pa.Array, make: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """A function of a column whose values recur, computed once for each; null stays null."""
    coded = column.dictionary_encode()
    return make(coded.dictionary).take(coded.indices)


def only(column: pa.Array, pattern: str) -> pa.Array:
    """The values that fit; null for the others."""
    import pyarrow.compute as pc

    return pc.if_else(matches(column, f"(?s:{pattern})"), column, None)


def as_text(column: Any) -> pa.Array:
    """A column of any type as text; numbers as people write them, lists joined by semicolons."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = flat(column)
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.string())
    if pa.types.is_dictionary(kind):
        return as_text(column.dictionary_decode())
    if pa.types.is_floating(kind):
        whole = pc.equal(pc.floor(column), column)
        return pc.if_else(
            pc.fill_null(whole, False),
            pc.cast(pc.if_else(whole, column, None), pa.int64(), safe=False).cast(pa.string()),
            column.cast(pa.string()),
        )
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return pc.binary_join(column, ";")
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())


def filled(column: pa.Array) -> pa.Array:
    """Texts without white space round them; null where nothing else is."""
    import pyarrow.compute as pc

    column = pc.utf8_trim_whitespace(column)
    empty = pc.equal(column, "")
    return pc.if_else(empty, None, column) if is_any(empty) else column


def tidy(column: pa.Array) -> pa.Array:
    """Texts without tags, entities, control characters and spare white space."""
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = matches(column, UNTIDY)
    if not is_any(mask):
        return column
    made = [plain(text) for text in column.filter(mask).to_pylist()]
    return pc.replace_with_mask(column, mask, pa.array(made, pa.string()))


def dois(column: pa.Array) -> pa.Array:
    """As `graphkit.checked.doi_of`, for a column."""
    import pyarrow.compute as pc

    # As most sources write them; to look for groups takes ten times as long.
    usual = matches(column, rf"^(?:{DOI_LINK})?10\.\d{{4,9}}/\S+$")
    link = pc.utf8_slice_codeunits(column, len(DOI_LINK))
    found = pc.if_else(pc.starts_with(column, DOI_LINK), link, column)
    found = pc.if_else(usual, found, None)
    rest = pc.if_else(usual, None, column)
    if rest.null_count < len(rest):
        inside = pc.extract_regex(rest, r"(?P<doi>10\.\d{4,9}/\S+)")
        found = pc.coalesce(found, pc.struct_field(inside, "doi"))
    return pc.utf8_lower(pc.utf8_rtrim(found, ".,;"))


def types_of(column: pa.Array) -> pa.Array:
    """The classes that document types such as ``Conference Paper`` stand for."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pa.nulls(len(column), pa.string())
    for pattern, kind in TYPES:
        found = pc.coalesce(found, pc.if_else(matches(column, f"(?i){pattern}"), kind, None))
    return found


def languages(column: pa.Array) -> pa.Array:
    """BCP 47 tags, given as such or as the English name of a language; the first of several."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first = pc.replace_substring_regex(column, r"\s*[;,].*$", "")
    lower = pc.utf8_lower(first)
    places = pc.index_in(lower, pa.array(list(LANGUAGES)))
    named = pa.array(list(LANGUAGES.values())).take(places)
    return pc.coalesce(named, only(first, r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"))


def event_names(column: pa.Array) -> pa.Array:
    """Short names such as ``acl``, all in small letters, are acronyms."""
    import pyarrow.compute as pc

    return pc.if_else(matches(column, "^[a-z0-9]{2,12}$"), pc.utf8_upper(column), column)


def years(column: pa.Array) -> pa.Array:
    """The first year from 1400 to 2099 in each text, as a number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def first(texts: pa.Array) -> pa.Array:
        return pc.struct_field(pc.extract_regex(texts, YEAR), "year").cast(pa.int32())

    return by_value(column, first)


def with_year(column: pa.Array, year: pa.Array) -> pa.Array:
    """Names of events with their year, unless it is in the name."""
    import pyarrow as pa
    import pyarrow.compute as pc

    dated = pc.binary_join_element_wise(column, year.cast(pa.string()), " ")
    lacks = pc.invert(matches(column, YEAR))
    return pc.if_else(pc.and_(lacks, pc.is_valid(year)), dated, column)


def without_volume(column: pa.Array) -> pa.Array:
    """Names of journals; a journal has volumes, and the volume is not its name."""
    import pyarrow.compute as pc

    column = pc.replace_substring_regex(column, r"(?i),? (?:volume|vol\.) \d.*$", "")
    return pc.replace_substring_regex(column, r" \([A-Z][a-z]+ \d{4}\)$", "")


def lengths(lists: pa.Array) -> np.ndarray[Any, Any]:
    """How many members each list has; null has none."""
    import pyarrow.compute as pc

    return pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def relisted(lists: pa.Array, values: pa.Array, kept: Any) -> pa.Array:
    """The same lists with other members, of which some are kept."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = kept.to_numpy(zero_copy_only=False).astype(bool)
    if mask.all():
        ends = np.cumsum(lengths(lists))
    else:
        row = pc.list_parent_indices(lists).to_numpy()
        ends = np.cumsum(np.bincount(row[mask], minlength=len(lists)))
        values = values.filter(pa.array(mask))
    offsets = pa.array(np.concatenate([[0], ends]), pa.int32())
    return pa.ListArray.from_arrays(offsets, values)
