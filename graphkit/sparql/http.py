"""Requests to endpoints elsewhere: credentials, retries, and errors in words for people.

httpx is imported here alone.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from graphkit.errors import EndpointError, MissingExtraError, QueryError

if TYPE_CHECKING:
    import httpx

__all__ = ["client", "sent"]

# It may go away by itself; that a query took too long (504) does not.
PASSING = (429, 502, 503)
LONGEST_WAIT = 60.0


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
                raise EndpointError(url, f"cannot be reached: {error}") from None
        else:
            if last or response.status_code not in PASSING:
                return _checked(response, url)
            with suppress(ValueError):
                wait = min(float(response.headers.get("retry-after", wait)), LONGEST_WAIT)
        time.sleep(wait)
    raise AssertionError("the last turn returns or raises")


def _checked(response: httpx.Response, url: str) -> httpx.Response:
    status = response.status_code
    if response.is_success or status == 304:
        return response
    said = " ".join(response.text.split())[:500]
    if response.is_redirect:
        target = response.headers["location"]
        raise EndpointError(url, f"points to {target}: use that, if you trust it", status)
    if status == 400:
        raise QueryError(f"{url} refused the query: {said}" if said else f"{url} refused the query")
    raise EndpointError(url, f"answered {status} {response.reason_phrase}: {said}", status)
