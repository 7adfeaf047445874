"""What is compared of papers: titles, authors, years, venues and identifiers, by column."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import scipy.sparse as sp

    from graphkit.graph import KnowledgeGraph

__all__ = ["Records", "folded", "incidence", "records", "shared", "surname", "word_set"]

LONGEST_TITLE = 400
PREPRINT_SERVER = r"(?i)\b(?:arxiv|corr|biorxiv|medrxiv|chemrxiv|psyarxiv|ssrn|preprints?)\b"
PREPRINT_DOI = r"^doi:10\.(?:48550/|1101/\d|2139/ssrn|20944/preprints|31234/|26434/|21203/)"
# Whose ids name one paper each.
REGISTERS = ("acl", "arxiv", "dblp", "doi", "openalex", "pubmed", "semanticscholar")
NUMBER = (
    "^(?:[0-9]+(?:st|nd|rd|th)?|[ivx]{2,4}|[iv]|one|two|three|four|five|six|seven|eight|nine|ten|"
    "first|second|third|fourth|fifth)$"
)


@dataclass(frozen=True)
class Records:
    """The papers of a graph: a record for each id, in the order of the ids.

    Attributes
    ----------
    ids : pyarrow.Array of string
    printed : pyarrow.Array of string
        The title as printed.
    title : pyarrow.Array of string
        As `folded` gives it, the first 400 characters; ``""`` if unknown.
    year : numpy.ndarray of int64
        0 if unknown.
    type : numpy.ndarray of str
        A class such as ``fabio:Preprint``; ``""`` if unknown.
    venue : numpy.ndarray of int64
        A number for each venue; -1 if unknown.
    venues : list of str
        The labels of the venues, by number.
    sources : scipy.sparse.csr_array
        Which sources (columns) name a record.
    source_ids : list of str
    registered : scipy.sparse.csr_array
        Which ids of registers (columns) a record has: its DOI, its number in PubMed …
    registered_ids : pyarrow.Array of string
    register_of : numpy.ndarray of int
        The number of the register of each such id.
    registers : scipy.sparse.csr_array
        In which registers (columns) a record stands.
    words : scipy.sparse.csr_array
        The words (columns) of the titles.
    numbers : scipy.sparse.csr_array
        Those of the words that are numbers, Roman and spelt ones included.
    surnames, names : scipy.sparse.csr_array
        The surnames, and all words, of the names of the authors.
    """

    ids: pa.Array
    printed: pa.Array
    title: pa.Array
    year: np.ndarray[Any, Any]
    type: np.ndarray[Any, Any]
    venue: np.ndarray[Any, Any]
    venues: list[str]
    sources: sp.csr_array
    source_ids: list[str]
    registered: sp.csr_array
    registered_ids: pa.Array
    register_of: np.ndarray[Any, Any]
    registers: sp.csr_array
    words: sp.csr_array
    numbers: sp.csr_array
    surnames: sp.csr_array
    names: sp.csr_array

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def title_code(self) -> np.ndarray[Any, Any]:
        """A number for each title, whatever its spaces (int64); -1 where it is unknown."""
        return self.codes(" ", "")

    def codes(self, pattern: str, to: str) -> np.ndarray[Any, Any]:
        """A number for each title with a pattern replaced (int64); -1 where it is unknown."""
        import numpy as np
        import pyarrow.compute as pc

        texts = pc.replace_substring_regex(self.title, pattern, to).dictionary_encode()
        codes = texts.indices.to_numpy().astype(np.int64)
        return np.where(pc.equal(self.title, "").to_numpy(zero_copy_only=False), -1, codes)


def folded(texts: pa.Array) -> pa.Array:
    """Texts as they are compared: words in lower case, without accents and punctuation.

    Parameters
    ----------
    texts : pyarrow.Array of string

    Returns
    -------
    pyarrow.Array of string
        ``""`` for null. Each Han, Hiragana and Katakana character is a word.

    Examples
    --------
    >>> import pyarrow as pa
    >>> folded(pa.array(["Th&eacute;mis: a D.B. Language", "O'Brien", "机器", None])).to_pylist()
    ['themis a d b language', 'obrien', '机 器', '']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.fill_null(texts, "")
    if pc.any(pc.match_substring(texts, "&")).as_py():
        texts = pa.array(
            [_unescaped(text) if "&" in text else text for text in texts.to_pylist()], pa.string()
        )
    texts = pc.utf8_lower(pc.utf8_normalize(texts, "NFKD"))
    for pattern, new in (
        ("[\u0300-\u036f'’ʼ`´]+", ""),
        ("ß", "ss"),
        ("ø", "o"),
        ("ł", "l"),
        ("đ", "d"),
        ("ı", "i"),
        ("æ", "ae"),
        ("œ", "oe"),
        (r"([\p{Han}\p{Hiragana}\p{Katakana}])", r" \1 "),
        (r"[^\p{L}\p{M}\p{N}]+", " "),
    ):
        texts = pc.replace_substring_regex(texts, pattern, new)
    return pc.utf8_trim_whitespace(pc.utf8_normalize(texts, "NFC"))


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    # Some sources print a letter that is an entity as a word of its own: "W &uuml; rttemberg".
    return html.unescape(re.sub(r"(?<=\w) (&#?\w+;)(?: (?=\w)|$)", _joined, text))


def _joined(entity: re.Match[str]) -> str:
    letter = html.unescape(entity[1])
    return letter if letter.isalpha() else entity[0]


def surname(names: pa.Array) -> pa.Array:
    """The last word of names that are `folded`, without Jr and numbers.

    Parameters
    ----------
    names : pyarrow.Array of string

    Returns
    -------
    pyarrow.Array of string

    Examples
    --------
    >>> import pyarrow as pa
    >>> surname(pa.array(["wei li 0001", "king jr", "ada lovelace"])).to_pylist()
    ['li', 'king', 'lovelace']
    """
    import pyarrow.compute as pc

    bare = pc.replace_substring_regex(names, r" (?:jr|sr|ii|iii|iv|[0-9]+)$", "")
    return pc.replace_substring_regex(bare, "^.* ", "")


def word_set(text: str) -> frozenset[str]:
    """The words of a list in one line.

    Examples
    --------
    >>> sorted(word_set("of the"))
    ['of', 'the']
    """
    return frozenset(text.split())


def records(kg: KnowledgeGraph) -> Records:
    """The papers of a graph as they are compared.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    Records
    """
    import pyarrow.compute as pc

    rows = kg.table("papers", as_read=True).sort_by([("id", "ascending"), ("source", "ascending")])
    columns = ["title", "year", "type", "event", "journal"]
    one = rows.group_by("id", use_threads=False).aggregate([(name, "first") for name in columns])
    ids = one["id"].combine_chunks()
    number = len(ids)
    titles = one["title_first"].combine_chunks()
    title = folded(pc.utf8_slice_codeunits(titles, 0, LONGEST_TITLE))
    wrote = kg.table("authorships", as_read=True)
    paper = pc.index_in(wrote["paper"].combine_chunks(), ids)
    printed = wrote["printed_name"].combine_chunks().dictionary_encode()
    name = pc.fill_null(folded(printed.dictionary).take(printed.indices), "")
    known = pc.and_(pc.is_valid(paper), pc.not_equal(name, ""))
    paper, name = paper.filter(known).to_numpy(), name.filter(known)
    source = rows["source"].combine_chunks().dictionary_encode()
    at = pc.index_in(rows["id"].combine_chunks(), ids).to_numpy()
    venue = pc.coalesce(one["event_first"], one["journal_first"]).combine_chunks()
    venue = venue.dictionary_encode()
    holder, registered = _registered(kg, ids)
    register = pc.replace_substring_regex(registered.dictionary, "(?s):.*", "").dictionary_encode()
    preprint = _preprints(kg, one["type_first"], venue, holder, registered, number)
    kind = pc.if_else(preprint, "fabio:Preprint", pc.fill_null(one["type_first"], ""))
    of, words = _split(title)
    is_number = pc.match_substring_regex(words, NUMBER)
    return Records(
        ids=ids,
        printed=titles,
        title=title,
        year=pc.fill_null(one["year_first"].combine_chunks(), 0).to_numpy().astype("int64"),
        type=kind.to_numpy(),
        venue=pc.fill_null(venue.indices, -1).to_numpy().astype("int64"),
        venues=_labels(kg, venue.dictionary),
        sources=incidence(at, source, number),
        source_ids=source.dictionary.to_pylist(),
        registered=incidence(holder, registered, number),
        registered_ids=registered.dictionary,
        register_of=register.indices.to_numpy(),
        registers=incidence(holder, register.take(registered.indices), number),
        words=incidence(of, words, number),
        numbers=incidence(of[is_number.to_numpy(False)], words.filter(is_number), number),
        surnames=incidence(paper, surname(name), number),
        names=incidence(*_split(name, paper), number),
    )


def _registered(kg: KnowledgeGraph, ids: pa.Array) -> tuple[Any, pa.DictionaryArray]:
    """Ids of registers, and the record that has each."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = kg.table("identifiers", as_read=True)
    rows = kg.table("papers", as_read=True)
    doi = pc.binary_join_element_wise("doi", rows["doi"], ":").combine_chunks()
    entity = [ids, table["entity"].combine_chunks(), rows["id"].combine_chunks()]
    of = pc.index_in(pa.concat_arrays(entity), ids)
    value = pa.concat_arrays([ids, table["identifier"].combine_chunks(), doi])
    prefix = pc.replace_substring_regex(value, "(?s):.*", "")
    # Minted ids say nothing; an ISBN or a page of the web may be that of many papers.
    fit = pc.is_in(prefix, pa.array(REGISTERS))
    good = pc.and_(pc.is_valid(of), pc.and_(fit, pc.is_valid(value)))
    value = pc.if_else(pc.equal(prefix, "doi"), pc.utf8_lower(value), value)
    return of.filter(good).to_numpy(), value.filter(good).dictionary_encode()


def _preprints(kg: KnowledgeGraph, kind: Any, venue: Any, of: Any, ids: Any, number: int) -> Any:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    labels = pa.array(_labels(kg, venue.dictionary), pa.string())
    server = pc.match_substring_regex(labels, PREPRINT_SERVER).take(venue.indices)
    stated = pc.equal(kind.combine_chunks(), "fabio:Preprint")
    by_doi = np.zeros(number, bool)
    matched = pc.match_substring_regex(ids.dictionary, PREPRINT_DOI).take(ids.indices)
    by_doi[of[matched.to_numpy(False)]] = True
    found = pc.or_(pc.fill_null(server, False), pc.fill_null(stated, False))
    return pc.or_(found, pa.array(by_doi))


def _labels(kg: KnowledgeGraph, venues: pa.Array) -> list[str]:
    rows = kg.table("venues", as_read=True)
    named = dict(zip(rows["id"].to_pylist(), rows["label"].to_pylist(), strict=True))
    return [named.get(venue) or "" for venue in venues.to_pylist()]


def _split(texts: pa.Array, of: Any = None) -> tuple[Any, pa.Array]:
    """The words of texts and the record of each; text n is of record n, or of ``of[n]``."""
    import pyarrow.compute as pc

    words = pc.utf8_split_whitespace(texts)
    record = pc.list_parent_indices(words).to_numpy()
    words = pc.list_flatten(words)
    filled = pc.not_equal(words, "")
    record = record[filled.to_numpy(zero_copy_only=False)]
    return (record if of is None else of[record]), words.filter(filled)


def incidence(row: Any, values: pa.Array, number: int) -> sp.csr_array:
    """Which row has which value: a matrix of 0 and 1.

    Parameters
    ----------
    row : numpy.ndarray of int
        The row of each value.
    values : pyarrow.Array of string
        Each distinct one is a column: in the order of the alphabet, so that nothing hangs on the
        order of rows, or in that of the dictionary of an array that has one.
    number : int
        Of rows.

    Returns
    -------
    scipy.sparse.csr_array of float32
    """
    import numpy as np
    import pyarrow.compute as pc
    import scipy.sparse as sp

    if hasattr(values, "dictionary"):
        column = values.indices.to_numpy()
    else:
        values = values.dictionary_encode()
        place = pc.rank(values.dictionary, tiebreaker="first").to_numpy() - 1
        column = place[values.indices.to_numpy()]
    shape = (number, len(values.dictionary))
    ones = np.ones(len(row), np.float32)
    matrix = sp.csr_array((ones, (np.asarray(row), column)), shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def shared(matrix: sp.csr_array, i: Any, j: Any) -> np.ndarray[Any, Any]:
    """What rows i and rows j of a matrix have in common: the sums of their products.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array
    i, j : numpy.ndarray of int

    Returns
    -------
    numpy.ndarray of float
    """
    import numpy as np

    parts = [
        np.asarray(matrix[i[at : at + CHUNK]].multiply(matrix[j[at : at + CHUNK]]).sum(axis=1))
        for at in range(0, len(i), CHUNK)
    ]
    return np.concatenate(parts).ravel() if parts else np.zeros(0)


CHUNK = 1_000_000
