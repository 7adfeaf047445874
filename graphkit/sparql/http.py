"""Requests to endpoints elsewhere: credentials, retries, and errors in words for people.

httpx is imported here alone.
"""

from __future__ import annotations

import html
import random
import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from graphkit.errors import EndpointError, MissingExtraError, QueryError

if TYPE_CHECKING:
    import httpx

__all__ = ["client", "fetched", "plain", "sent"]

# It may go away by itself; that a query took too long (504) does not.
PASSING = (429, 502, 503)
LONGEST_WAIT = 60.0
SHOWN = 500
MARKUP = re.compile(
    r"<(head|script|style)\b.*?</\1\s*>|<!--.*?-->|</?[a-zA-Z!][^>]*>", re.DOTALL | re.I
)


def client(token: str | None, auth: tuple[str, str] | None, timeout: float) -> httpx.Client:
    """What sends requests, with credentials.

    Raises
    ------
    MissingExtraError
        httpx is not installed.
    """
    try:
        import httpx
    except ModuleNotFoundError:
        raise MissingExtraError("httpx", "endpoint") from None
    headers = {"User-Agent": "graphkit (https://pypi.org/project/graphkit-kg)"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    # Redirects are looked at first: credentials and queries go to no other host.
    return httpx.Client(auth=auth, headers=headers, timeout=timeout, follow_redirects=False)


def sent(send: Callable[[], httpx.Response], url: str, retries: int) -> httpx.Response:
    """The answer to a request, asked again while what is wrong may pass.

    Parameters
    ----------
    send : callable
        Sends the request.
    url : str
        To whom, for messages.
    retries : int
        How often to send again.

    Raises
    ------
    QueryError
        The other side says that a query is none.
    EndpointError
        It cannot be reached, refuses, or takes too long.
    """
    import httpx

    for turn in range(retries + 1):
        wait = min(0.5 * 2**turn, LONGEST_WAIT) * random.uniform(0.5, 1.0)
        last = turn == retries
        try:
            response = send()
        except httpx.TimeoutException:
            raise EndpointError(
                url, "does not answer in time: ask for less, or allow more"
            ) from None
        except httpx.InvalidURL as error:
            raise EndpointError(url, f"is no address: {error}") from None
        except httpx.RequestError as error:
            if last or isinstance(error, httpx.UnsupportedProtocol):
                # What began to come was reached.
                broken = isinstance(error, httpx.DecodingError | httpx.RemoteProtocolError)
                what = "broke its answer off" if broken else "cannot be reached"
                raise EndpointError(url, f"{what}: {error}") from None
        else:
            if last or response.status_code not in PASSING:
                return _checked(response, url)
            wait = _told(response.headers.get("retry-after", ""), wait)
        time.sleep(wait)
    raise AssertionError("the last turn returns or raises")


def fetched(url: str, accept: str, seconds: float, size: int) -> tuple[str, bytes]:
    """A document of the web.

    Parameters
    ----------
    url : str
    accept : str
        The media types to ask for.
    seconds : float
        How long all of it may take.
    size : int
        How many bytes it may have, unpacked.

    Returns
    -------
    media_type : str
    body : bytes

    Raises
    ------
    EndpointError
        It cannot be had, points elsewhere, takes too long, or is too large.
    MissingExtraError
        httpx is not installed.
    """
    http, until = client(None, None, seconds), time.monotonic() + seconds
    import httpx

    def send() -> httpx.Response:
        body = bytearray()
        with http.stream("GET", url, headers={"Accept": accept}) as response:
            for part in response.iter_bytes():
                body += part
                if len(body) > size:
                    raise EndpointError(url, f"is too large: {size:,} bytes are allowed")
                if time.monotonic() > until:
                    raise EndpointError(url, f"takes longer than {seconds:g} seconds")
            told = {
                name: value
                for name, value in response.headers.items()
                if name in ("content-type", "location")
            }
            return httpx.Response(response.status_code, headers=told, content=bytes(body))

    with http:
        response = sent(send, url, 0)
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower(), response.content


def plain(text: str) -> str:
    """The beginning of what a server says, for people; many say it as a page.

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> plain("<html><style>b {}</style><h1>Too &lt;busy&gt;</h1><p>Come again.</p></html>")
    'Too <busy> Come again.'
    """
    if text.lstrip()[:1] == "<":
        text = html.unescape(MARKUP.sub(" ", text))
    return " ".join(text.split())[:SHOWN]


def _told(after: str, otherwise: float) -> float:
    """How many seconds to wait by a header ``Retry-After``, which says seconds or a date."""
    try:
        wait = float(after) if after[:1].isdigit() else _until(after)
    except (ValueError, TypeError):
        wait = otherwise
    return min(max(wait, 0.0), LONGEST_WAIT)


def _until(date: str) -> float:
    return parsedate_to_datetime(date).timestamp() - time.time()


def _checked(response: httpx.Response, url: str) -> httpx.Response:
    status = response.status_code
    if status == 206:
        # Virtuoso's "anytime" answers: whatever was found when the time was up.
        raise EndpointError(url, "gave a part of the answer only: ask for less", status)
    if response.is_success or status == 304:
        return response
    said = plain(response.text)
    if response.is_redirect:
        target = response.headers["location"]
        raise EndpointError(url, f"points to {target}: use that, if you trust it", status)
    if status == 400:
        raise QueryError(f"{url} refused the query: {said}" if said else f"{url} refused the query")
    raise EndpointError(url, f"answered {status} {response.reason_phrase}: {said}", status)
