"""The text of a query: what is code in it, what it calls, and what is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from graphkit.errors import QueryError

__all__ = [
    "NOT_CODE",
    "has_keyword",
    "is_query",
    "names_spelt_out",
    "parse",
    "query_error",
    "without_calls",
]

# What is no code in a query: comments, IRIs, strings.
NOT_CODE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|'
    r"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'(?:[^'\\\n]|\\.)*'|<[^<>\"{}|^`\\\s]*>|#[^\n]*"
)

SEVERAL_DOTS = re.compile(r":[\w%:~-]*\.[\w%:~-]+\.[\w%:~-]")


def names_spelt_out(text: str, prefixes: dict[str, str]) -> str:
    """The query with names such as ``author:J._R._R._Tolkien`` as IRIs.

    SPARQL allows several dots in a name; Oxigraph stops at the second.
    """
    if not SEVERAL_DOTS.search(text):
        return text
    own = {name for name in prefixes if not re.search(rf"(?i)\bprefix\s+{name}:", text)}
    names = "|".join(sorted(own, key=len, reverse=True))
    name = rf"(?<![\w:?$.-])(?P<prefix>{names}):(?P<local>[\w%:~-]*(?:\.[\w%:~-]+){{2,}})"

    def spelt_out(match: re.Match[str]) -> str:
        if not match["prefix"]:
            return match[0]
        return f"<{prefixes[match['prefix']]}{match['local']}>"

    return re.sub(f"{NOT_CODE.pattern}|{name}", spelt_out, text) if own else text


# -- what is wrong with a query -----------------------------------------------------------


def is_query(text: str, prefixes: dict[str, str], *, update: bool = False) -> bool:
    """Whether Oxigraph can read a text as a query, or an update; it is not run on any data."""
    return _failure(text, prefixes, update) is None


def without_calls(text: str, services: Collection[str]) -> str:
    """The query with its calls of these services as mere graphs, to see whether others are left.

    Whatever the rest of the text means, it means the same: quotes and brackets stay.
    """
    for iri in services:
        call = rf"(?i:\bservice)(\s+(?i:silent\b))?(\s*<{re.escape(iri)}>)"
        text = re.sub(call, r"GRAPH\2", text)
    return text


def has_keyword(text: str, keyword: str, prefixes: dict[str, str], *, update: bool = False) -> bool:
    """Whether a word is a keyword of a query somewhere, not part of a text, IRI or name.

    Oxigraph's own parser decides, since any other reading of SPARQL could be misled: where
    the word is a keyword, no query is left when another word stands in its place.
    """
    masked = _masked(text, keyword)
    return masked != text and _failure(masked, prefixes, update) is not None


def _masked(text: str, keyword: str) -> str:
    # Case stays, since variables differ by it.
    return re.sub(
        keyword,
        lambda m: m[0][:-1] + ("x" if m[0][-1].islower() else "X"),
        text,
        flags=re.IGNORECASE,
    )


def parse(text: str, prefixes: dict[str, str], update: bool = False) -> None:
    """Let Oxigraph read a text on no data, with no call in it; SyntaxError as it says it."""
    import pyoxigraph

    store = pyoxigraph.Store()
    text = _masked(text, "SERVICE")
    if update:
        store.update(_masked(text, "LOAD"), prefixes=prefixes)
    else:
        store.query(text, prefixes=prefixes)


def _failure(text: str, prefixes: dict[str, str], update: bool = False) -> tuple[int, str] | None:
    """Where Oxigraph stops (an offset) and what it says, or None where a text is a query.

    To parse a query is to run it, if on no data, so no ``SERVICE`` gets as far as that.
    """
    try:
        parse(text, prefixes, update)
    except SyntaxError as error:
        at = re.match(r"error at (\d+):(\d+)\S* *", str(error))
        if at is None:
            return 0, str(error)
        before = text.split("\n")[: int(at[1]) - 1]
        return sum(len(line) + 1 for line in before) + int(at[2]) - 1, str(error)[at.end() :]
    except (ValueError, OSError, RuntimeError):
        pass
    return None


# Oxigraph tells a keyword wrong only after as many letters as it has.
LONGEST_KEYWORD = 16
SENTENCE = re.compile(r"[A-Z][\w-]* [a-z]\w*(?: [\w-]+)*")
# What people call the symbols that Oxigraph expects.
CALLED = {
    '"?"': "a variable",
    '"$"': "a variable",
    '"<"': "an IRI",
    '":"': "an IRI",
    '"\\""': "a string",
    '"\'"': "a string",
    "['0'..='9']": "a number",
    '"("': "'('",
    '")"': "')'",
    '"{"': "'{'",
    '"}"': "'}'",
    '"]"': "']'",
    '"."': "'.'",
    '";"': "';'",
    '","': "','",
    '"*"': "'*'",
    '"="': "'='",
}
# fmt: off
KEYWORDS = [
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FILTER", "OPTIONAL", "UNION", "GRAPH",
    "MINUS", "BIND", "VALUES", "DISTINCT", "REDUCED", "ORDER", "GROUP", "HAVING", "LIMIT",
    "OFFSET", "PREFIX", "BASE", "EXISTS", "INSERT", "DELETE", "DATA", "WITH", "USING", "INTO",
    "CLEAR", "DROP", "CREATE", "COPY", "MOVE",
]
FORMS = {
    False: ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"],
    True: ["INSERT", "DELETE", "WITH", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"],
}
# fmt: on


def query_error(text: str, prefixes: dict[str, str], *, update: bool = False) -> QueryError:
    """What is wrong with a text, and where, in words for people."""
    if not NOT_CODE.sub("", text).strip():
        return QueryError("the query is empty: begin with SELECT, ASK, CONSTRUCT or DESCRIBE", 1, 1)
    at, said = _first_error(text, prefixes, update)
    sentence = SENTENCE.search(said)
    if sentence and sentence[0].startswith("Prefix"):
        at -= len(re.search(r"[\w.%\\-]*:[\w.%:\\-]*$", text[:at] or ":")[0])  # type: ignore[index]
    elif sentence and sentence[0].startswith("IRI"):
        at = max(text.rfind("<", 0, at), 0)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    reason = _reason(text, at, said, sentence and sentence[0], prefixes, FORMS[update])
    return QueryError(reason, line, column)


def _first_error(text: str, prefixes: dict[str, str], update: bool) -> tuple[int, str]:
    """The offset of the first token with which no query can go on, and what would do there."""
    stop, said = _failure(text, prefixes, update) or (0, "")
    if not SENTENCE.search(said):
        for at in range(min(stop, len(text)), max(stop - LONGEST_KEYWORD, 0), -1):
            place, wanted = _failure(text[:at], prefixes, update) or (at, "nothing more")
            if place == at and (_expected(wanted) or wanted == "nothing more"):
                name = re.search(r"(?<![?$@:\w])[^\W\d_][\w.-]*$", text[:at])
                # A word might begin a name with a colon, but none came: it is the word's fault.
                return (name.start() if name and '":"' in wanted else at), wanted
        if stop <= LONGEST_KEYWORD:
            return 0, said
    return stop, said


def _expected(said: str) -> list[str]:
    return [
        name
        for name in dict.fromkeys(CALLED.values())
        if any(symbol in said for symbol, called in CALLED.items() if called == name)
    ]


def _reason(
    text: str,
    at: int,
    said: str,
    sentence: str | None,
    prefixes: dict[str, str],
    forms: list[str],
) -> str:
    after = text[at:].split("\n")[0].strip()
    if re.match(r"service(?![\w.:-])", after, re.IGNORECASE):
        return "SERVICE is not allowed: a query reaches nothing outside the graph"
    prefix = re.match(r"([^\W\d_][\w.-]*)?:", after)
    declared = re.findall(r"\bPREFIX\s+([\w.-]*):", text, re.IGNORECASE)
    if prefix and (prefix[1] or "") not in (*prefixes, *declared):
        return _unknown_prefix(prefix[0], prefixes)
    iri = re.match("<[^<>]*>", after)
    if iri and (sentence or '"<"' in said):
        return f"{iri[0]} is no absolute IRI"
    place = f"before {after[:40]!r}" if after else "at the end of the line"
    if sentence:
        return f"{sentence} {place}"
    wanted = [said] if said == "nothing more" else _expected(said)
    wanted = ["a closing quote"] if r'"\\u"' in said else wanted
    if not at:
        wanted = forms
    word = re.match(r"[A-Za-z]+", after)
    near = difflib.get_close_matches(word[0].upper(), KEYWORDS, 1) if word else []
    hint = f"; did you mean {near[0]}?" if near and near[0] != word[0].upper() else ""  # type: ignore[index]
    listed = " or ".join([", ".join(wanted[:-1]), wanted[-1]] if wanted[1:] else wanted)
    return f"expected {listed} {place}{hint}" if wanted else f"cannot go on {place}{hint}"


def _unknown_prefix(prefix: str, prefixes: dict[str, str]) -> str:
    near = difflib.get_close_matches(prefix.rstrip(":"), prefixes, n=1)
    hint = f"did you mean {near[0]}:? " if near else ""
    return f"unknown prefix {prefix} {hint}(known: {', '.join(f'{name}:' for name in prefixes)})"
