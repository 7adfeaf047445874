"""Is this line a list of people? Names are told by their shape and by what they are not.

There is no list of given names here: it would fail on most of the world's names. A name
is one to six words that start with a capital (or are of a script without capitals),
initials, and particles such as *van*. Since "Signal Processing" has that shape too, a
name all of whose words are ordinary ones costs more (see `is_common`), up to being none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "MARKS",
    "Names",
    "is_common",
    "page_words",
    "read_names",
    "strip_marks",
    "trim",
    "word_set",
]


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for sets that are easier to read as prose.

    Examples
    --------
    >>> sorted(word_set("owl bat"))
    ['bat', 'owl']
    """
    return frozenset(text.split())


MARKS = "*∗⁎†‡§¶⋆★"
"""Signs that point to a footnote, after a title or a name."""

_NAME_MARKS = MARKS + "#^~¹²³⁴⁵⁶⁷⁸⁹⁰ᵃᵇᶜ"
_MOST_WORDS = 6

_PARTICLES = word_set(
    """
    van von vom de der den del della dello di da do dos das du la le los las el al bin ibn
    bint ben abu ter ten te zu zum zur af av y e i st san santa mac mc d l o dit op 't
    """
)
_SUFFIXES = word_set(
    """
    jr sr ii iii iv
    """
)
_DEGREES = word_set(
    """
    phd md msc dsc dphil mba
    """
)
# In no name, not even with a capital. "An", "In", "So", "He", "You" are in names.
_NEVER_IN_NAMES = word_set(
    """
    the of for with and we our from are is was were this that these those which using via
    towards toward by at as its their how what why when where between without into through
    based under beyond not across over about within your has have
    """
)
_NEVER_IN_NAMES |= frozenset(["في", "من", "على", "إلى", "عن", "مع"])
# Ordinary words of titles and topics that no suffix gives away.
_ORDINARY = word_set(
    """
    speech language languages audio voice voices music sound sounds text texts image images video
    videos vision visual signal signals speaker speakers dialogue dialog dialogues dialogs keyword
    keywords machine machines neural deep network networks model models transformer transformers
    system systems graph graphs data dataset datasets task tasks large small new natural spoken
    automatic acoustic semantic prosody prosodic phonetic device devices search ranking robot robots
    agent agents knowledge question questions answer answers user users code codes codec codecs
    coder coders human humans computer computers noise robust streaming real time low high resource
    resources long short fast efficient online offline zero few shot end self multi cross source
    sources domain domains feature features encoder encoders decoder decoders attention tree trees
    causal theory proof space embedding embeddings token tokens word words sentence sentences
    document documents entity entities news web mobile cloud edge quantum security privacy fairness
    bias ethics safety trust health medical energy research science sciences technology technologies
    artificial intelligence ai ml asr tts nlp nlu slu llm llms information recommender recommenders
    conversational chat watermark watermarks related content areas home about contact career careers
    blog method methods approach approaches study survey review analysis synthesis diagnosis paper
    papers track session sessions workshop workshops tutorial keynote poster posters retrieval
    approval control transfer style wave waves room rooms echo echoes order single channel channels
    beam stream streams federated supervised unsupervised statistical and or in on to a an no yes
    can via emotion emotions gesture gestures corpus corpora best award awards main industry demo
    demos oral spotlight findings multiparty multidevice design designs change media chain chains
    process processes supply linear algebra drug drugs climate social gaussian bayesian chip cold
    start protein proteins point points clouds brain imaging remote sensing discovery mining game
    games series public bandit bandits commerce finance education economy genome genomes genes cell
    cells kernel kernels matrix matrices tensor tensors random sampling logic program programs
    software hardware database databases query queries storage memory compiler compilers sensor
    sensors driving vehicle vehicles traffic weather molecule molecules molecular chemistry
    manufacturing market markets marketing geometry topology inference learning planning simulation
    mathematics physics flow flows shape shapes motion object objects scene scenes face faces action
    actions event events group groups state states spaces body bodies hand hands policy policies
    reward rewards risk risks fraud crowd crowds customer customers product products contents
    platform platforms service services application applications tool tools digital virtual mixed
    global local dynamic dynamics generative open
    """
)
_ORDINARY_ENDS = re.compile(
    r".{2,}(?:ology|ologies|ated|cted|uted|ured|ented|dded|ained|xtual|gual|sual)|"
    r".{3,}(?:onal|ial|imal|ental|ural|oral|graphy|metry)|.{4,}(?:tive|ious|mous)|"
    r".{3,}(?:tions?|sions?|ments?|ness|ity|ities|ics|ical|able|ized|ised|izing|"
    r"ising|ative|less|ware|ance|ences?|isms?|ysis|based|aware)$|.{5,}ings?$"
)

_COMMAS = re.compile(r"[,，、،]")
_OTHERS = re.compile(r"[;；؛]|\s[|•·]\s")
_AND = re.compile(r"(?:^|\s)(?:and|&|und|et|и)\s+")
_LEAD = re.compile(r"^(?:authors?|by)\s*:\s*|^by\s+(?=[^\W\d_])", re.IGNORECASE)
_ET_AL = re.compile(
    r"[,;\s]+(?:et\.? al\.?|(?:and|&)\s+(?:(?:many|several|\d+)\s+)?others\.?)$", re.IGNORECASE
)
# Pronouns and remarks are never part of a name; other words in brackets are not at its end.
_REMARK = re.compile(
    r"\s*[(\[](?:(?:he|she|they|xe|ze)(?:\s?/\s?\w{2,6}){1,2}|"
    r"(?:(?:joint|shared|co-?)\s?)?(?:equal|first|corresponding|lead|senior|presenting)\s"
    r"(?:contributions?|contributors?|authors?(?:ship)?)|intern|presenter)[)\]]",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?<=[^\s,;，；(\[])\s*\((?=[^\W\d_a-z])[^()]{2,80}\)"
    r"(?=[*∗⁎†‡§¶⋆★\d¹²³⁴⁵⁶⁷⁸⁹]*\s*(?:[,;，；、.]|(?:and|&)\s|$))"
)
_DIGITS = re.compile(r"(?<=[^\W\d_.)])\d{1,2}$")
_PREFIXED = re.compile(r"(?:al|el|ad|an|as|ash|at|ar|az|d|l|de|da|du|o|n|s|t)[-'’ʼ‐‑][^\W\d_]")
_WRAPS = "()[]\"“”„‘’'`«»"
_INSIDE = "-'’ʼ‘.‐‑·・"


@dataclass(frozen=True, slots=True)
class Names:
    """A line read as a list of names.

    Attributes
    ----------
    names : tuple of str
        As printed, without footnote signs.
    cost : float
        0 when nothing speaks against it.
    open_end : bool
        Whether the list ends in a comma or *and*: it goes on in the next line.
    """

    names: tuple[str, ...]
    cost: float
    open_end: bool = False


@lru_cache(maxsize=1 << 14)
def _is_ordinary(word: str) -> bool:
    return word in _ORDINARY or bool(_ORDINARY_ENDS.fullmatch(word))


def is_common(word: str, page_words: frozenset[str] = frozenset()) -> bool:
    """Whether a word is an ordinary one rather than part of a name.

    Parameters
    ----------
    word : str
    page_words : frozenset of str
        Words that the page itself writes in lower case.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_common("Processing"), is_common("Turing"), is_common("Bats", frozenset({"bats"}))
    (True, False, True)
    """
    word = word.casefold()
    parts = [p for p in re.split(r"[-‐‑]", word) if p]
    return word in page_words or all(p in page_words or _is_ordinary(p) for p in parts or [word])


def page_words(texts: Iterable[str]) -> frozenset[str]:
    """Words that a page writes in lower case: they are hardly anybody's name.

    Examples
    --------
    >>> sorted(page_words(["Hearing bats", "Ada Lovelace"]))
    ['bats']
    """
    return frozenset(w for t in texts for w in re.findall(r"[^\W\d_]+", t) if w.islower())


def strip_marks(name: str) -> str:
    """A name without the footnote signs and numbers behind it.

    Examples
    --------
    >>> strip_marks("Ada Lovelace1*†"), strip_marks("C. Babbage ‡")
    ('Ada Lovelace', 'C. Babbage')
    """
    before = None
    while name != before:
        before = name
        name = _DIGITS.sub("", name.rstrip(_NAME_MARKS + " "))
        for empty in ("()", "(*)", "[]"):
            name = name.removesuffix(empty)
    return name


def _is_uncased(letter: str) -> bool:
    # Georgian has capitals that nobody writes names with.
    return letter.upper() == letter.lower() or "\u10d0" <= letter <= "\u10ff"


@lru_cache(maxsize=1 << 16)
def _word_shape(word: str) -> str:
    """``"full"``, ``"initial"``, ``"particle"``, ``"uncased"`` or ``""`` for no part of a name."""
    word = word.strip(_WRAPS)
    if not word or word.casefold().rstrip(".") in _NEVER_IN_NAMES:
        return ""
    if not word.isalpha():
        if not word[0].isalpha():
            return "particle" if word.casefold() in _PARTICLES else ""
        if not all(c.isalpha() or c in _INSIDE or unicodedata.category(c)[0] == "M" for c in word):
            return ""
        # A dot ends an initial or an abbreviation; one inside a longer word is a web address.
        if any(len(p.strip("-‐‑'’")) > 5 for p in word.split(".")[:-1]):
            return ""
    if _is_uncased(word[0]):
        return "uncased"
    if word[0].isupper() or word[0].istitle():
        return "initial" if len(word.rstrip(".")) == 1 or "." in word[:2] else "full"
    if word.rstrip(".") in _PARTICLES:
        return "particle"
    hit = _PREFIXED.match(word)
    return "full" if hit and word[hit.end() - 1].isupper() else ""


def _is_short_enough(words: list[str]) -> bool:
    """Names in scripts without capitals (and often without spaces) are short."""
    whole = "".join(words)
    first = ord(whole[0])
    if 0x2E80 <= first <= 0x9FFF or first >= 0x20000:  # Han and Kana
        return len(whole) <= (16 if re.search("[·・ァ-ヺ]", whole) else 6)
    if 0xAC00 <= first <= 0xD7A3:  # Hangul
        return len(words) <= 3 and len(whole) <= 6
    return len(words) <= 5 and all(len(w) <= 14 for w in words)


def _name_cost(name: str, common: Callable[[str], bool]) -> float | None:
    """What speaks against a text being one name; None if it cannot be one."""
    words = name.split()
    if not 1 <= len(words) <= _MOST_WORDS:
        return None
    shapes = [_word_shape(w) for w in words]
    if "" in shapes or shapes[-1] == "particle" or not {"full", "uncased"} & set(shapes):
        return None
    full = [w.strip(_WRAPS) for w, s in zip(words, shapes, strict=True) if s == "full"]
    if not full:
        return 0.5 if _is_short_enough([w for w in words if w.strip(_WRAPS)]) else None
    shouted = all(w.isupper() for w in full)
    # "TTS" among other words is an acronym.
    plain = sum(common(w) or (w.isupper() and 2 < len(w) < 6 and not shouted) for w in full)
    if plain == len(full):
        return 4.0
    # "A Multimodal Strategy": the initial would have a dot.
    article = words[0] == "A"
    return 0.7 * plain / len(full) + 0.8 * (len(words) == 1) + 0.8 * article


def trim(text: str) -> tuple[str, tuple[str, ...]]:
    """A list of names without remarks, affiliations in brackets and "et al."; and those.

    Examples
    --------
    >>> trim("Ann (Anna) Fox (she/her), Bo Li (Acme Labs) and others")
    ('Ann (Anna) Fox, Bo Li', ('(she/her)', '(Acme Labs)', 'and others'))
    """
    dropped: list[str] = []

    def drop(hit: re.Match[str]) -> str:
        # "Ann (Anna)" is a name that goes on, or a nickname: what is bracketed stays.
        before = re.split(r"[,;，；、]|\s(?:and|&)\s", text[: hit.start()])[-1]
        if hit.re is _ASIDE and len(before.split()) < 2:
            return hit[0]
        dropped.append(hit[0].strip(" ,;"))
        return ""

    for pattern in (_ET_AL, _REMARK, _ASIDE) if "(" in text or "[" in text else (_ET_AL,):
        text = pattern.sub(drop, text)
    return text, tuple(sorted(dropped, key=lambda part: part[0] not in "(["))


def _pieces(text: str) -> list[str]:
    """Cut a line at its separators; what stands between them is not judged here."""
    parts = _OTHERS.split(text)
    if len(parts) == 1:
        parts = _COMMAS.split(text)
    pieces: list[str] = []
    for part in (p for whole in parts for p in _AND.split(whole)):
        piece = part.strip()
        bare = piece.casefold().replace(".", "")
        if pieces and bare in _SUFFIXES:
            pieces[-1] += f", {piece}"
        elif pieces and strip_marks(bare) in _DEGREES:
            continue
        elif pieces and not strip_marks(piece).strip("0123456789"):
            continue  # the second of two footnotes, or the empty end of "A, B,"
        else:
            pieces.append(piece)
    return pieces


def _one_cost(piece: str, common: Callable[[str], bool]) -> float | None:
    """As `_name_cost`, for a name that may be turned round: "Lovelace, Ada"."""
    parts = [p.strip() for p in piece.split(",")]
    if len(parts) > 2:
        return None
    if len(parts) == 2 and parts[1].casefold().rstrip(".") in _SUFFIXES:
        parts.pop()
    return _name_cost(" ".join(parts), common)


def read_names(text: str, common: Callable[[str], bool] = is_common) -> Names | None:
    """Read a line as a list of names, if it can be one.

    Parameters
    ----------
    text : str
        One line, its white space made single.
    common : callable, optional
        Whether a word is an ordinary one.

    Returns
    -------
    Names or None
        None when some piece of the line is not shaped like a name, or when nearly all
        are ordinary words.

    Examples
    --------
    >>> read_names("Ada Lovelace*, C. Babbage and Ludwig van Beethoven.").names
    ('Ada Lovelace', 'C. Babbage', 'Ludwig van Beethoven')
    >>> read_names("Listen, attend and spell")
    >>> read_names("Signal Processing")
    """
    text, _ = trim(_LEAD.sub("", text))
    open_end = text.endswith((",", ";", "，", "、", " and", " &"))
    text = re.sub(r"(?:[,;，、]|\s(?:and|&))+$", "", text.rstrip(" " + _NAME_MARKS))
    # A full stop ends the line unless it ends an initial or a suffix.
    if text.endswith(".") and not re.search(r"(?:\b[^\W\d_]|\b[JS]r|Ph\.?D)\.$", text):
        text = text[:-1]
    names: list[str] = []
    costs: list[float] = []
    for piece in _pieces(text):
        name = strip_marks(piece)
        cost = _one_cost(name, common)
        if cost is None:
            return None
        names.append(name)
        costs.append(cost)
    if not names or sum(c >= 4 for c in costs) * 2 > len(costs) - (len(costs) == 1):
        return None
    # "Listen, Attend, Spell": single words are rarely names, a list of them never is.
    single = sum(" " not in n and not _is_uncased(n[0]) for n in names)
    if single * 2 > len(names):
        return None
    long_one = len(names) == 1 and len(names[0].split()) > 4
    return Names(tuple(names), sum(costs) / len(costs) + long_one, open_end)
