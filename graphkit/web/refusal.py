"""What a client is told instead of an answer."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["Refusal"]


class Refusal(Exception):
    """A request that is not answered, and why.

    Parameters
    ----------
    status : int
        The status of HTTP.
    message : str
        What happened and what to do, for people.
    headers : mapping of str to str, optional
        What else the status asks for.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.headers = status, dict(headers or {})
        super().__init__(message)
