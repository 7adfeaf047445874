"""Chinese names in Pinyin, where one letter more or less is another name and seldom a slip."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphkit.matchers.names import Name

__all__ = ["is_pinyin"]

# The syllables of ISO 7098 by their initials, "ü" written as u or v.
_SYLLABLES = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
FIRST = "|".join(
    initial + final for initial, finals in _SYLLABLES.items() for final in finals.split()
)
# Within a word a syllable that begins with a vowel is set apart by an apostrophe.
SECOND = "|".join(
    initial + final for initial, finals in _SYLLABLES.items() if initial for final in finals.split()
)
WORD = re.compile(f"(?:{FIRST})(?:{SECOND})?")


def is_pinyin(name: Name) -> bool:
    """Whether surname and given names read as syllables of Pinyin, at most two a word.

    Examples
    --------
    >>> from graphkit.matchers.names import parse
    >>> [is_pinyin(parse(text)) for text in ("Tao Qin", "Yue-Jian Li", "Anna Lee", "X. Li")]
    [True, True, False, False]
    """
    return all(map(_is_word, name.tokens)) and bool(name.given)


@functools.lru_cache(maxsize=1 << 16)
def _is_word(word: str) -> bool:
    return WORD.fullmatch(word) is not None
