"""Media types: what the endpoint can write and read, and which of it a client prefers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["GRAPHS", "NAMED_GRAPHS", "RESULTS", "Choice", "choose", "essence"]

# What pyoxigraph calls each format, by media type; the first is what is sent where a client
# does not mind.
RESULTS: Mapping[str, str] = {
    "application/sparql-results+json": "JSON",
    "application/json": "JSON",
    "application/sparql-results+xml": "XML",
    "application/xml": "XML",
    "text/xml": "XML",
    "text/csv": "CSV",
    "text/tab-separated-values": "TSV",
}
GRAPHS: Mapping[str, str] = {
    "text/turtle": "TURTLE",
    "application/x-turtle": "TURTLE",
    "application/n-triples": "N_TRIPLES",
    "text/plain": "N_TRIPLES",
    "application/ld+json": "JSON_LD",
    "application/json": "JSON_LD",
    "application/rdf+xml": "RDF_XML",
    "application/xml": "RDF_XML",
    "text/xml": "RDF_XML",
}
NAMED_GRAPHS: Mapping[str, str] = {
    "application/n-quads": "N_QUADS",
    "application/trig": "TRIG",
}
# Those that are text in Unicode, whose receivers would guess another encoding.
CHARSET = ("text/", "application/n-triples", "application/n-quads", "application/trig")


@dataclass(frozen=True)
class Choice:
    """A format to write, and the media type to call it by."""

    media: str
    format: str

    @property
    def canonical(self) -> str:
        """The one media type that the engine knows the format by."""
        offers = {**RESULTS, **GRAPHS}
        return next(media for media, name in offers.items() if name == self.format)

    @property
    def header(self) -> str:
        """The value of the header ``Content-Type``."""
        return f"{self.media}; charset=utf-8" if self.media.startswith(CHARSET) else self.media


def essence(value: str) -> str:
    """The media type of a header, without its parameters.

    Examples
    --------
    >>> essence("Text/Turtle; charset=utf-8")
    'text/turtle'
    """
    return value.partition(";")[0].strip().lower()


def choose(accept: Sequence[str], offers: Mapping[str, str]) -> Choice | None:
    """The best of some formats for a client, or None where it takes none of them.

    Parameters
    ----------
    accept : sequence of str
        The values of the headers ``Accept``; without any, all is welcome.
    offers : mapping of str to str
        Formats by media type, the one we like best first.

    Returns
    -------
    Choice or None

    References
    ----------
    RFC 9110, section 12.5.1.

    Examples
    --------
    >>> choose(["text/csv;q=0.9, application/sparql-results+json;q=0.5, */*;q=0.1"], RESULTS)
    Choice(media='text/csv', format='CSV')
    >>> choose(["image/png"], RESULTS) is None
    True
    """
    ranges = [_range(part) for value in accept for part in value.split(",") if part.strip()]
    if not ranges:
        ranges = [("*/*", 1.0)]
    best, weight = None, 0.0
    for media, name in offers.items():
        found = max(
            ((_precision(wanted, media), quality) for wanted, quality in ranges),
            key=lambda pair: pair[0],
        )
        if found[0] and found[1] > weight:
            best, weight = Choice(media, name), found[1]
    return best


def _range(text: str) -> tuple[str, float]:
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return media, min(max(float(quality), 0.0), 1.0)
    except ValueError:
        return media, 0.0


def _precision(wanted: str, media: str) -> int:
    """How closely a range names a media type; 0 where it does not."""
    if wanted == media:
        return 3
    if wanted == media.partition("/")[0] + "/*":
        return 2
    return int(wanted in ("*/*", "*"))
