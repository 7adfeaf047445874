"""Words that say nothing by themselves, in the language of the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

__all__ = ["stop_words_of"]

# So many must be seen before a text is taken for anything but English.
LEAST = 2


def stop_words_of(words: Iterable[str]) -> frozenset[str]:
    """The stop words of the language in which some words are written.

    It is the language that has the most of the words among its stop words; English where that
    does not tell.

    Parameters
    ----------
    words : iterable of str
        A text's words in order, in lower case.

    Returns
    -------
    frozenset of str
        Of the lists of the library stop-words, and of scikit-learn's for English, since the
        other holds words that are topics ("computer").

    Examples
    --------
    >>> "für" in stop_words_of("ein verfahren für die analyse der sprache".split())
    True
    >>> "die" in stop_words_of("when old words die and what the others mean".split())
    False
    """
    languages = _languages()
    counts = Counter(language for word in words for language in languages.get(word, ()))
    english = counts.pop("english", 0)
    language, count = max(counts.items(), key=lambda each: (each[1], each[0]), default=("", 0))
    return _lists()[language if count > max(english, LEAST - 1) else "english"]


@cache
def _lists() -> dict[str, frozenset[str]]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
    from stop_words import AVAILABLE_LANGUAGES, get_stop_words

    found = {name: frozenset(get_stop_words(name)) for name in AVAILABLE_LANGUAGES}
    return {**found, "english": ENGLISH_STOP_WORDS}


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    """The languages of which each word is a stop word."""
    found: dict[str, tuple[str, ...]] = {}
    for language, words in _lists().items():
        for word in words:
            found[word] = (*found.get(word, ()), language)
    return found
