"""Job adverts of a guide page: where, as what, in which team, and on which topics.

An advert is a line that says where, and prose under it. `teams` reads role and team
out of the prose, `interests` the topics that it speaks of; this module sorts the
lines into adverts and makes the rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from graphkit.formats.guide.interests import find_interests
from graphkit.formats.guide.lines import Line, is_sentence, place_of
from graphkit.formats.guide.teams import ROLE, Canon, Team, find_role, team_of
from graphkit.ids import mint

__all__ = ["Advert", "advert_tables", "is_place", "read_adverts"]


@dataclass(slots=True)
class Advert:
    """A place line and what stands under it."""

    place: Line
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole advert; paragraphs on lines of their own."""
        return "\n".join(line.text for line in self.lines)


# --- places -----------------------------------------------------------------------------

_CITY = r"[^\W\d_a-z][^\W\d_]*(?:[ .'’/()-]{1,3}[^\W\d_]+){0,6}\.?"
_COUNTRY_FIRST = re.compile(rf"([A-Z]{{2,3}}), (?:([A-Z0-9]{{1,3}}), )?({_CITY})")
_COUNTRY_LAST = re.compile(rf"({_CITY}), (?:({_CITY}), )?([A-Z]{{2,3}}|[A-Z]\.[A-Z]\.)")
_COUNTRY = re.compile(r"[A-Z]{2}|USA|UAE")
_REMOTE = re.compile(r"(?:virtual|remote)\b(?: location)?(?:\s*[-–,(]\s*([A-Z]{2,3})\)?)?", re.I)
_VIRTUAL = re.compile(r"(?:virtual|remote)\b", re.IGNORECASE)


def _split_place(text: str) -> tuple[str | None, str | None, str | None] | None:
    """Country, region and city of a place line; None if it is none."""
    if len(text) > 80:
        return None
    if hit := _COUNTRY_FIRST.fullmatch(text):
        city = None if _VIRTUAL.match(hit[3]) else hit[3]
        return hit[1], hit[2], city
    if hit := _COUNTRY_LAST.fullmatch(text):
        return hit[3], hit[2], hit[1]
    if hit := _REMOTE.fullmatch(text):
        return hit[1], None, None
    if _COUNTRY.fullmatch(text):
        return text, None, None
    return None


def is_place(text: str, *, sure: bool = False) -> bool:
    """Whether a line names the place of a job.

    Parameters
    ----------
    text : str
    sure : bool
        Accept only the usual form, a country's code first.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_place("US, MA, Boston"), is_place("DE, Berlin"), is_place("Speech, Boston")
    (True, True, False)
    """
    if sure:
        return len(text) <= 80 and bool(_COUNTRY_FIRST.fullmatch(text))
    return _split_place(text) is not None


def _place_row(line: Line) -> dict[str, Any]:
    country, region, city = _split_place(line.text) or (None, None, None)
    # A place that is none ("Virtual") is shown as printed.
    head = city or next((p for p in line.text.split(", ") if _VIRTUAL.match(p)), None)
    if head and not city and country and head.endswith(country):
        label = head  # "Virtual Location - US" says it already
    else:
        label = ", ".join(part for part in (head, region, country) if part)
    row = {"id": mint("place", line.text), "label": label or line.text}
    parts = {"country": country, "region": region, "city": city}
    row |= {key: part for key, part in parts.items() if part}
    return row | {"place": place_of([line.number])}


# --- lines -> adverts -------------------------------------------------------------------

_SECTION = re.compile(
    r"(?:key job responsibilities|about (?:the|our) (?:team|role)|a day in the life|"
    r"(?:basic|preferred|minimum) qualifications|responsibilities|requirements|"
    r"qualifications|what you(?:['’]ll| will) do)\b",
    re.IGNORECASE,
)


def _continues(line: Line, advert: Advert) -> bool:
    """Whether a further line belongs to an advert that has its paragraph already.

    One paragraph is the rule, and a second one without a place may be another advert.
    But bullets, the usual section headings and what stands under them go on.
    """
    known = line.bullet or _SECTION.match(line.text) or not line.text[0].isupper()
    return bool(known) or any(_SECTION.fullmatch(above.text.rstrip(":")) for above in advert.lines)


def _is_role_line(text: str) -> bool:
    """A short line between place and paragraph that gives the job's title."""
    return len(text) <= 100 and bool(re.match(rf"(?:{ROLE})", text)) and not is_sentence(text)


def read_adverts(lines: Sequence[Line]) -> tuple[list[Advert], list[tuple[Line, str]]]:
    """Sort the lines after the papers into adverts.

    Parameters
    ----------
    lines : sequence of Line

    Returns
    -------
    adverts : list of Advert
    reports : list of (Line, str)
        Lines that belong to no advert, each with the reason.

    Examples
    --------
    >>> adverts, reports = read_adverts([Line(1, "UK, London"), Line(2, "We hire. Do come now.")])
    >>> adverts[0].place.text, reports
    ('UK, London', [])
    """
    adverts: list[Advert] = []
    reports: list[tuple[Line, str]] = []
    here: Advert | None = None
    for line in lines:
        if is_place(line.text):
            here = Advert(line)
            adverts.append(here)
        elif (here and (not here.lines or _is_open(here)) and _is_body(line, here)) or (
            here and here.lines and _continues(line, here)
        ):
            here.lines.append(line)
        elif is_sentence(line.text):
            reports.append((line, "an advert without a line that says where"))
        else:
            reports.append((line, "belongs to no advert"))
    for empty in (a for a in adverts if not a.lines):
        reports.append((empty.place, "a place without an advert under it"))
    return [a for a in adverts if a.lines], reports


def _is_open(advert: Advert) -> bool:
    return len(advert.lines) == 1 and _is_role_line(advert.lines[0].text)


def _is_body(line: Line, advert: Advert) -> bool:
    return is_sentence(line.text) or len(line.text.split()) > 12 or _is_role_line(line.text)


# --- adverts -> tables ------------------------------------------------------------------


def advert_tables(
    adverts: Sequence[Advert],
    organization: str | None,
    page: str,
    topics: Sequence[tuple[str, str]],
) -> dict[str, list[dict[str, Any]]]:
    """Rows of ``places``, ``teams``, ``postings`` and ``interests``.

    Parameters
    ----------
    adverts : sequence of Advert
    organization : str or None
    page : str
        The event's label, or the page's title: part of the ids of postings.
    topics : sequence of (str, str)
        Id and label of each topic of the page.

    Returns
    -------
    dict of str to list of dict
    """
    canon = Canon([advert.text for advert in adverts], organization)
    places: dict[str, dict[str, Any]] = {}
    teams: dict[str, dict[str, Any]] = {}
    interests: dict[tuple[str, str], dict[str, Any]] = {}
    postings: list[dict[str, Any]] = []
    ids = {name: key for key, name in topics}
    owner = [organization] if organization else []
    seen: Counter[str] = Counter()
    for advert in adverts:
        # By what it says, so that neither another page's adverts nor a new order change it.
        said = sha256(f"{advert.place.text}|{advert.text}".encode()).hexdigest()[:10]
        seen[said] += 1
        ordinal = [str(seen[said])] if seen[said] > 1 else []
        where = place_of(line.number for line in advert.lines)
        place = _place_row(advert.place)
        places.setdefault(place["id"], place)
        team = _team_row(team_of(advert.text, canon), organization, where, advert.lines[0].language)
        teams.setdefault(team["id"], team)
        role = find_role(advert.text)
        shown = [role, team["label"], place.get("city") or place["label"]]
        posting = {
            "id": mint("posting", page, *owner, said, *ordinal),
            "label": ", ".join(part for part in shown if part),
            "team": team["id"],
            "role": role,
            "location": place["id"],
            "description": advert.text,
            "language": advert.lines[0].language,
            "place": place_of(line.number for line in (advert.place, *advert.lines)),
        }
        postings.append({key: value for key, value in posting.items() if value is not None})
        for found in find_interests(advert.text, list(ids)):
            pair = team["id"], ids[found.topic]
            row = {"team": pair[0], "topic": pair[1], "score": found.score}
            row |= {"evidence": found.evidence, "place": where}
            if pair not in interests or found.score > interests[pair]["score"]:
                interests[pair] = row
    return {
        "places": list(places.values()),
        "teams": list(teams.values()),
        "postings": postings,
        "interests": list(interests.values()),
    }


def _team_row(
    team: Team, organization: str | None, where: str, language: str | None
) -> dict[str, Any]:
    owner = [organization] if organization else []
    row: dict[str, Any] = {"id": mint("team", *owner, team.label), "label": team.label}
    if organization:
        row["organization"] = mint("organization", organization)
    row |= {"unnamed": team.unnamed, "place": where}
    return row | ({"language": language} if language else {})
