"""Columns of authors -> lists of names, in the order given name, family name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.checked import orcid_of
from graphkit.formats.column_values import lengths, relisted
from graphkit.formats.reading import Note
from graphkit.formats.records import record_schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["authors_of", "split_names"]

AND_OTHERS = r"\s+(?i:et\.? al\.?)$"
OTHERS = r"^(?i:et\.? al\.?|and others|others|…|\.\.\.)$"
NOBODY = r"^\[.*\]$|^(?i:n/?a|nan|none|anonymous|unknown)$"
NO_NAME = f"{AND_OTHERS}|{OTHERS}|{NOBODY}|^$"
SUFFIX = r"(?i:jr|sr)\.?|II|III|IV"
INITIALS = r"\p{Lu}\p{Ll}?\.(?:[ -]?\p{Lu}\p{Ll}?\.)*"
INITIALS_LAST = rf"^(\p{{L}}[^.,]+) ({INITIALS})$"
SURE = 0.8  # of the names in a column: more than chance
# A mark for what must hold together while a text is split; no text has it.
JOINT = "\ue000"
# (what, instead): one after the other, on names that were split.
IN_ORDER = (
    (rf"^([^,]+), ({SUFFIX}), ([^,]+)$", r"\3 \1, \2"),  # King, Jr., Martin Luther
    (rf"^([^,]+), ([^,]+), ({SUFFIX})$", r"\2 \1, \3"),  # King, Martin Luther, Jr.
    (rf"^([^,]+),\s*({SUFFIX})$", rf"\1{JOINT} \2"),  # Martin Luther King, Jr.
    (r"^([^,]+),\s*([^,]+)$", r"\2 \1"),  # Lovelace, Ada
    (rf"\s*{JOINT}", ","),
)


def split_names(column: pa.Array, separator: str) -> pa.Array:
    """Texts cut at a separator: lists without empty members.

    Parameters
    ----------
    column : pyarrow.Array
        Of strings.
    separator : str
        ``";"``, ``"|"``, ``","`` or ``"and"``; the last two also hold ``and`` between names.

    Examples
    --------
    >>> import pyarrow as pa
    >>> split_names(pa.array(["Ada Lovelace, Martin King, Jr., and Alan Turing"]), ",").to_pylist()
    [['Ada Lovelace', 'Martin King, Jr.', 'Alan Turing']]
    """
    import pyarrow.compute as pc

    patterns = {
        ";": r"\s*;\s*",
        "|": r"\s*\|{1,2}\s*",
        "and": r"\s+(?:and|&)\s+",
        ",": r"\s*,\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+",
    }
    if separator == ",":
        column = pc.replace_substring_regex(
            column, rf",\s*((?:{SUFFIX})(?:\s*(?:,|;|$)))", rf"{JOINT}\1"
        )
    lists = pc.split_pattern_regex(column, patterns[separator])
    values = pc.utf8_trim_whitespace(pc.list_flatten(lists))
    if separator == ",":
        values = pc.replace_substring(values, JOINT, ", ")
    return relisted(lists, values, pc.not_equal(values, ""))


def authors_of(
    column: pa.Array | None,
    affiliations: pa.Array | None,
    places: pa.Array,
    rows: int,
    ids: pa.Array | None = None,
) -> tuple[pa.Array, list[Note]]:
    """The authors of each row, in the type of `graphkit.formats.records.record_schema`.

    Parameters
    ----------
    column : pyarrow.Array or None
        Texts with several names, lists of names, or lists of structs with ``name`` (and, if
        so, ``id``, ``orcid``, ``affiliation``).
    affiliations : pyarrow.Array or None
        In the same order as the names; where there are more or fewer, they are noted.
    places : pyarrow.Array
    rows : int
    ids : pyarrow.Array, optional
        Those that Scopus gives the authors, in the same order, in one text.

    Examples
    --------
    >>> import pyarrow as pa
    >>> authors, notes = authors_of(
    ...     pa.array(["van Beethoven, Ludwig"]), None, pa.array(["line 2"]), 1
    ... )
    >>> authors[0].as_py()[0]["name"]
    'Ludwig van Beethoven'
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = record_schema().field("authors").type
    if column is None or pa.types.is_null(column.type):
        return pa.nulls(rows, kind), []
    extra: dict[str, pa.Array] = {}
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        names, extra = _listed(column)
    else:
        text = column.cast(pa.string())
        separator = _separator(text)
        if separator == "glued":
            text, separator = _unglued(text), ";"
        names = split_names(text, separator)
    values = pc.utf8_trim_whitespace(pc.list_flatten(names))
    notes: list[Note] = []
    if affiliations is not None and "affiliation" not in extra:
        extra["affiliation"], notes = _aligned(names, affiliations, places)
    if ids is not None:
        extra["identifiers"] = _scopus_ids(names, ids)
    named = pc.invert(pc.match_substring_regex(values, NO_NAME))
    # Few columns say such a thing anywhere: all are asked at once before each.
    if not pc.all(named).as_py():
        named, more = _real(values)
        notes += _noted(more, names, places, values)
        values = pc.replace_substring_regex(values, AND_OTHERS, "")
    structs = _structs(_in_order(values), extra, kind.value_type)
    return relisted(names, structs, named), notes


def _structs(names: pa.Array, extra: dict[str, pa.Array], kind: pa.StructType) -> pa.Array:
    import pyarrow as pa

    arrays = [
        names
        if field.name == "name"
        else extra[field.name].cast(field.type)
        if field.name in extra
        else pa.nulls(len(names), field.type)
        for field in kind
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(kind))


def _listed(column: pa.Array) -> tuple[pa.Array, dict[str, pa.Array]]:
    """Names in lists, and what else the members of these lists say."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = column.cast(pa.list_(column.type.value_type))
    values = pc.list_flatten(lists)
    everyone = pa.repeat(True, len(values))
    if not pa.types.is_struct(values.type):
        texts = pc.fill_null(values.cast(pa.string()), "")
        return relisted(lists, texts, everyone), {}
    fields = {field.name: pc.struct_field(values, field.name) for field in values.type}
    wanted = [n for n in ("name", "display_name", "full_name", "label") if n in fields]
    name = fields[wanted[0]] if wanted else pa.repeat("", len(values))
    extra = {
        key: fields[key].cast(pa.string())
        for key in ("affiliation", "orcid")
        if key in fields and pa.types.is_string(fields[key].type)
    }
    if "orcid" in extra:
        extra["orcid"] = pa.array(map(orcid_of, extra["orcid"].to_pylist()), pa.string())
    return relisted(lists, pc.fill_null(name.cast(pa.string()), ""), everyone), extra


def _separator(column: pa.Array) -> str:
    """What stands between names in this column."""
    import pyarrow.compute as pc

    def share(pattern: str) -> float:
        found = pc.match_substring_regex(column, pattern)
        return float(pc.mean(found).as_py() or 0)

    if share(";"):
        return ";"
    if share(r"\|"):
        return "|"
    # "Lovelace, Ada" is one name, "Ada Lovelace, Alan Turing" are two.
    words = r"\S+\s+\S.*"
    if share(rf"^{words},\s*(?:and\s+)?{words}") > share(r"^\S+\s*,") / 2 and share(","):
        return ","
    if share(r"\s(and|&)\s"):
        return "and"
    if share(",.*,"):
        return ","
    return "glued" if share(r"[\p{Ll}\p{Han}]\p{Lu}\p{Ll}+ \p{L}") > 0.3 else "and"


def _unglued(column: pa.Array) -> pa.Array:
    """Names with nothing between them, as in Springer's exports: ``Ren LiHaibo Hu``."""
    import pyarrow.compute as pc

    inside = r"(\b(?:Ma?c|De|Di|Della|La|Fitz|O[’']))(\p{Lu})"
    column = pc.replace_substring_regex(column, inside, rf"\1{JOINT}\2")
    column = pc.replace_substring_regex(column, r"(\p{Ll}|\p{Han}|Jr\.|Sr\.)(\p{Lu})", r"\1;\2")
    # A short word alone is the start of a given name such as DeHao or XueJun.
    column = pc.replace_substring_regex(
        column, r"(^|;)(\p{Lu}\p{Ll}{1,5});(\p{Lu}[^; ]* )", r"\1\2\3"
    )
    return pc.replace_substring(column, JOINT, "")


def _in_order(names: pa.Array) -> pa.Array:
    """Names with the given name first, where a comma or initials say that it is not."""
    import pyarrow.compute as pc

    comma = pc.fill_null(pc.match_substring(names, ","), False)
    if pc.any(comma).as_py():
        turned = names.filter(comma)
        for pattern, instead in IN_ORDER:
            turned = pc.replace_substring_regex(turned, pattern, instead)
        names = pc.replace_with_mask(names, comma, turned)
    # Scopus prints numbers of its own behind names, and initials behind family names.
    if pc.any(pc.ends_with(names, ")")).as_py():
        names = pc.replace_substring_regex(names, r"\s+\(\d{8,}\)", "")
    initials_last = pc.mean(pc.ends_with(names, ".")).as_py() or 0
    if initials_last > SURE:
        names = pc.replace_substring_regex(names, INITIALS_LAST, r"\2 \1")
    return names


def _real(names: pa.Array) -> tuple[Any, Any]:
    """Which of these are names, and which say that there were more."""
    import pyarrow.compute as pc

    others = pc.match_substring_regex(names, OTHERS)
    nobody = pc.or_(pc.equal(names, ""), pc.match_substring_regex(names, NOBODY))
    more = pc.or_(others, pc.match_substring_regex(names, AND_OTHERS))
    return pc.invert(pc.or_(others, nobody)), more


def _noted(more: Any, names: pa.Array, places: pa.Array, values: pa.Array) -> list[Note]:
    import pyarrow.compute as pc

    if not pc.any(more).as_py():
        return []
    row = pc.list_parent_indices(names).filter(more)
    found = zip(places.take(row).to_pylist(), values.filter(more).to_pylist(), strict=True)
    reason = "not all authors are named"
    return [Note(place, reason, text, "those named were read") for place, text in found]


def _scopus_ids(names: pa.Array, ids: pa.Array) -> pa.Array:
    """A list of the id of each name, or of none where there are not as many as names."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_rtrim(ids.cast(pa.string()), "; ")
    lists, people = split_names(pc.fill_null(text, ""), ";"), lengths(names)
    fits = lengths(lists) == people
    given = pc.list_flatten(lists.filter(pa.array(fits)))
    given = pc.if_else(pc.match_substring_regex(given, r"^\d{5,12}$"), given, None)
    known = np.repeat(fits, people)
    known[known] = pc.is_valid(given).to_numpy(zero_copy_only=False)
    values = pc.binary_join_element_wise("scopus-author:", given.drop_null(), "")
    offsets = pa.array(np.append(0, np.cumsum(known)), pa.int32())
    return pa.ListArray.from_arrays(offsets, values)


def _aligned(
    names: pa.Array, affiliations: pa.Array, places: pa.Array
) -> tuple[pa.Array, list[Note]]:
    """The affiliation of each name, where there are as many as names."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    lists, people = _affiliations(affiliations), lengths(names)
    given = lengths(lists)
    fits = given == people
    misfit = pa.array((given > 0) & ~fits)
    notes = [
        Note(place, "not as many affiliations as authors", "; ".join(text)[:80], "left out")
        for place, text in zip(
            places.filter(misfit).to_pylist(), lists.filter(misfit).to_pylist(), strict=True
        )
    ]
    of_people = np.repeat(fits, people)
    matched = pc.list_flatten(lists.filter(pa.array(fits)))
    empty = pa.nulls(len(of_people), pa.string())
    found = pc.replace_with_mask(empty, pa.array(of_people), matched)
    # Scopus repeats the name: "Lovelace, A., Department of Mathematics, …".
    repeated = rf"^[^,;]+, {INITIALS},\s*"
    found = pc.replace_substring_regex(found, repeated, "")
    return pc.if_else(pc.equal(found, ""), None, found), notes


def _affiliations(column: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_list(column.type):
        values = pc.list_flatten(column)
        if pa.types.is_string(values.type):
            return relisted(column, pc.fill_null(values, ""), pa.repeat(True, len(values)))
        return pa.nulls(len(column), pa.list_(pa.string()))
    text = column.cast(pa.string())
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    return pc.split_pattern_regex(text, r";\s*")
