"""Role and team of a job advert, told by their cues.

A cue is what such prose puts around the thing: "looking for a … Scientist", "As a …",
"the X team is hiring", "join the X team". Without a cue nothing is claimed: a role that
is only a colleague's is none, and a team without a name gets a label made of the
advert's own words and is marked ``unnamed``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphkit.formats.guide.names import word_set

__all__ = ["ROLE", "Canon", "Team", "find_role", "find_team", "team_of"]


@dataclass(frozen=True, slots=True)
class Team:
    """Who hires: by name, or by the advert's words for what it builds."""

    label: str
    unnamed: bool = False


# --- role -------------------------------------------------------------------------------

_RANK = r"(?:Senior|Sr\.?|Principal|Staff|Lead|Junior|Associate|Distinguished|Chief)"
_CRAFT = (
    r"(?:Applied|Research|Data|Machine Learning|ML|AI|Software|Development|Hardware|Speech|"
    r"Language|Audio|Product|Program|Project|Quantum|Robotics|Security|Business|Intelligence)"
)
_HEAD = (
    r"(?:Scientist|Engineer|Researcher|Developer|Analyst|Linguist|Architect|Economist|Manager|"
    r"Intern|Technician|Designer|Annotator)"
)
ROLE = rf"(?:{_RANK} )?(?:{_CRAFT} ){{0,4}}{_HEAD}s?\b(?: (?:I{{1,3}}|IV)\b)?"
_SEEKS = r"(?:looking for|seeking|searching for|in search of|hiring|recruiting|hire|recruit|seeks)"
# Between "looking for" and the role stand adjectives only: after any of these words the
# role is somebody else's ("looking for people who mentor Applied Scientists").
_OTHERS = (
    r"who|that|to|with|for|of|from|our|other|others|mentor|mentors|mentoring|lead|leading|manage|"
    r"managing|support|supporting|alongside|help|helping|by|under|between|join|people|someone"
)
_QUALITIES = rf"(?:(?!(?:{_OTHERS})\b)[\w’'-]+,? ){{0,14}}?"
_ROLE_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bas an? (?:(?!(?:{_OTHERS})\b)[\w’'-]+,? ){{0,3}}?(?P<role>{ROLE})(?! team)",
        rf"\b{_SEEKS} {_QUALITIES}(?P<role>{ROLE})",
        rf"\b(?:role|position|job) of (?:an? |the )?(?P<role>{ROLE})",
        rf"\b(?:role|position|job|title): ?(?:an? |the )?(?P<role>{ROLE})",
        rf"\b(?:this|the|an?|our) (?P<role>{ROLE}) (?:role|position|opening|job|internship)\b",
        rf"^(?P<role>{ROLE})",
    )
)


def _canonical_role(text: str) -> str:
    words = ["Senior" if w.casefold().rstrip(".") == "sr" else w for w in text.split()]
    numeral = [words.pop()] if words[-1] in ("I", "II", "III", "IV") else []
    if words[-1].casefold().endswith("s"):
        words[-1] = words[-1][:-1]
    return " ".join([w if w.isupper() else w.capitalize() for w in words] + numeral)


def find_role(text: str) -> str | None:
    """The role that an advert offers, if it states one.

    Parameters
    ----------
    text : str

    Returns
    -------
    str or None
        The role stated most often, the first of equals; singular.

    Examples
    --------
    >>> find_role("We are seeking a curious, kind Senior Research Scientist.")
    'Senior Research Scientist'
    >>> find_role("You will mentor Applied Scientists and partner with Data Engineers.")
    """
    found = [
        (hit.start("role"), _canonical_role(hit["role"]))
        for cue in _ROLE_CUES
        for hit in cue.finditer(text)
    ]
    counts = Counter(role for _, role in dict(found).items())
    firsts: dict[str, int] = {}
    for at, role in sorted(found):
        firsts.setdefault(role, at)
    return min(firsts, key=lambda role: (-counts[role], firsts[role]), default=None)


# --- team -------------------------------------------------------------------------------

_NO_TEAM = word_set(
    """
    the our a an this that your we it i you they he she us my their his her who what there
    here about join as in at if and but science engineering scientific technology global
    """
)
_HIRES = (
    r"(?:is|are) (?:currently |now |actively )?"
    r"(?:hiring|looking for|seeking|recruiting|searching for)"
)
_CAPITAL = r"[^\W\d_a-z][\w&/.’'-]*"
_HIRER = re.compile(rf"(?:^|[.!?:] |\n)((?:{_CAPITAL} ){{1,6}}){_HIRES}")
_ACRONYM = re.compile(r"(?<![\w&/-])((?:[^\W\d_a-z][\w&/-]* ){1,8})\(([A-Z][A-Z&]{1,9})\)")
_UNIT = re.compile(r"\b(?:[Tt]eam|group|organi[sz]ation|lab)\b(?! members?\b)")
_TEAM_DOES = re.compile(
    rf"^[\w ’'-]{{0,40}}?,? ?(?P<hires>{_HIRES}|seeks|hires)|"
    r"^(?:, [^,.]{0,60},)? (?:is|builds?|owns?|works?|develops?|creates?|has|focuses|leads?)\b"
)


def _walk_back(words: Sequence[str]) -> list[str]:
    """The name at the end of the words: capitals, bracketed acronyms, "of" and "&" between."""
    name: list[str] = []
    for word in reversed(words[-12:]):
        if word[-1] in ".,;:!?" or not (word[0].isupper() or word[0] == "(" or word in ("of", "&")):
            break
        name.append(word)
    while name and name[-1] in ("of", "&"):
        name.pop()
    return name[::-1]


def _named_teams(text: str) -> Iterator[tuple[str, int]]:
    """Names that stand as a team's in the advert, each with the weight of its cue."""
    for hit in _UNIT.finditer(text):
        before, after = (
            text[max(0, hit.start() - 160) : hit.start()].split(),
            text[hit.end() :][:120],
        )
        name = _walk_back(before)
        above = before[: len(before) - len(name)]
        while name and name[0].casefold() in _NO_TEAM:
            above.append(name.pop(0))
        last = above[-1].casefold() if above else ""
        if not name or last in ("a", "an"):
            continue
        does = _TEAM_DOES.match(after)
        weight = 1 + 2 * bool(does) + 2 * bool(does and does["hires"])
        joined = "join" in (word.casefold() for word in above[-2:])
        # A "group" may be anything; it is a team where it hires, does, or is joined.
        if hit[0].casefold() != "team" and not does and not joined:
            continue
        weight += 2 * (above[-2:-1] == ["team"] or last == "team") + 4 * joined
        yield " ".join(name), weight
    for hit in _HIRER.finditer(text):
        words = [w for w in hit[1].split() if w.casefold() not in _NO_TEAM]
        if words and "team" not in (w.casefold() for w in words):
            yield " ".join(words), 4


def _lower_case_team(text: str) -> str | None:
    """ "The bat echo team is hiring": a name without capitals, only where the team hires."""
    generic = (
        r"(?:whole|entire|same|new|small|science|engineering|research|applied|product|our|and)"
    )
    hit = re.search(
        rf"\b(?:[Tt]he|[Oo]ur) ((?:(?!{generic}\b)[a-z][\w-]* ){{1,4}})team {_HIRES}", text
    )
    return hit[1].strip() if hit else None


class Canon:
    """One label for all that the adverts of a page call one team."""

    def __init__(self, texts: Iterable[str], organization: str | None) -> None:
        """Collect the acronyms that the adverts spell out."""
        self.organization = (organization or "").split()
        self.acronyms: dict[str, str] = {}
        for text in texts:
            for hit in _ACRONYM.finditer(text):
                words = [w for w in hit[1].split() if w.casefold() not in _NO_TEAM]
                # The acronym's letters are the initials of the last words before it.
                own = words[-len(hit[2]) :]
                if "".join(w[0] for w in own).upper() == hit[2]:
                    self.acronyms[" ".join(own).casefold()] = hit[2]

    def label(self, name: str) -> str | None:
        """The short form if the page gives one; without the organisation if more is left."""
        name = re.sub(r" ?\([^)]*\)", "", name).strip(" .,;:’'")
        for long, short in self.acronyms.items():
            name = re.sub(rf"\b{re.escape(long)}\b", short, name, flags=re.I)
        words = [re.sub(r"[’']s$", "", w) for w in name.split()]
        size = len(self.organization)
        if size and words[:size] == self.organization:
            if len(words) == size:
                return None
            # "Acme Shipping": what is left of it, a common noun, would name nobody.
            words = words[size:] if len(words) > size + 1 else words
        return " ".join(words) or None


def _best_name(text: str, canon: Canon) -> str | None:
    weights: dict[str, int] = defaultdict(int)
    for name, weight in _named_teams(text):
        if key := canon.label(name):
            weights[key] += weight
    for short in sorted(weights, key=len):
        # "Content Understanding" is "Prime Video Content Understanding" said briefly.
        longer = [k for k in weights if k.endswith(f" {short}")]
        if longer:
            weights[max(longer, key=lambda k: weights[k])] += weights.pop(short)
    return max(weights, key=lambda k: weights[k], default=None)


_CALLED = re.compile(
    r"\b(?:build|launch|develop|creat)\w*\b[^.!?]{0,120}"
    rf"\b(?:called|named) ({_CAPITAL}(?: {_CAPITAL})*)"
)
_BUILDS = re.compile(
    r"\b(?:build(?:s|ing)?|creat(?:es?|ing)|design(?:s|ing)?|develop(?:s|ing)?|launch(?:es|ing)?) "
    r"(?:(?:a|an|the|our|new|innovative|novel|great|next|scalable) )*"
    r"(?P<what>[\w-]+(?: [\w-]+){0,4}?)"
    r"(?P<for> for (?:our |your |all )?(?:customers|users|people))?"
    r"(?= (?:for|that|which|to|in|from|called|with|across|on|at|of|using|who)\b|[.,;:!?(]|$)",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"(?:experiences?|products?|services?|platforms?|apps?|stores?|devices?|business|tools?|games?)$"
)
_NO_PRODUCT = re.compile(
    r"^(?:something|and|models?|systems?|algorithms?|it|them|these|those|up|on|solutions?)\b|"
    r"\b(?:models?|algorithms?|solutions?|techniques?|technology|systems?)$"
)


def _own_words(text: str) -> str:
    """A label for a team without a name: what it builds, in the advert's words."""
    if hit := _CALLED.search(text):
        return hit[1].strip(" .,;:!?")
    best: tuple[int, str] | None = None
    for hit in _BUILDS.finditer(text):
        what = hit["what"]
        score = 2 * bool(hit["for"]) + ("-" in what) + bool(_PRODUCT.search(what))
        score -= 3 * bool(_NO_PRODUCT.search(what))
        if score > 0 and (best is None or score > best[0]):
            best = score, what
    if best:
        return best[1]
    first = re.split(r"(?<=[.!?])\s|\n", text, maxsplit=1)[0]
    return " ".join(first.split()[:8]).rstrip(".,;:!?")


def find_team(text: str, organization: str | None = None, texts: Sequence[str] = ()) -> Team:
    """The team that hires.

    Parameters
    ----------
    text : str
        The advert.
    organization : str, optional
        Dropped from the front of a longer name.
    texts : sequence of str
        All adverts of the page; what one spells out, the others may abbreviate.

    Returns
    -------
    Team

    Examples
    --------
    >>> find_team("The Acme Bat Echo team is looking for an Engineer.", "Acme")
    Team(label='Bat Echo', unnamed=False)
    >>> find_team("Help us to build a bat-watching app for our customers.")
    Team(label='bat-watching app', unnamed=True)
    """
    return team_of(text, Canon(texts or [text], organization))


def team_of(text: str, canon: Canon) -> Team:
    """As `find_team`, with the page's names worked out once."""
    name = _best_name(text, canon) or _lower_case_team(text)
    return Team(name) if name else Team(_own_words(text), unnamed=True)
