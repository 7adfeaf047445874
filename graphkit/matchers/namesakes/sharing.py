"""How many people are expected to bear a name: what the corpus tells before any paper is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from graphkit.matchers.names import Name

__all__ = ["expected_bearers"]

# Of pairs of a given name and a surname that could be a name, as many exist as if its bearers
# came by chance at this rate: measured on pairs that are left out, see docs/decisions/0012.
FACTOR = 4.5
POWER = 1.3
CHUNK = 4096


def expected_bearers(names: Sequence[Name | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The expected number of people who bear each name, if given names were dealt by chance.

    A surname and a given name go together as often as the names of others suggest: the chance
    of a walk from the given name to a surname that it has elsewhere, to another given name of
    that one, to the surname in question. So "Wei Wang" is common where "Wei Li", "Jun Li" and
    "Jun Wang" exist, and "John Wang" is not, however many Johns and Wangs there are.

    Parameters
    ----------
    names : sequence of Name or None
        One an author. Each name is counted once, however many authors have it.

    Returns
    -------
    numpy.ndarray of float64, as many as there are names
        0 for what is no name and for initials alone.

    Examples
    --------
    >>> from graphkit.matchers.names import parse
    >>> texts = ["Wei Li", "Jun Li", "Jun Wang", "Wei Wang", "Ada Lovelace", "W. Li"]
    >>> expected_bearers([parse(text) for text in texts]).round(2).tolist()
    [0.74, 0.74, 0.74, 0.74, 0.0, 0.0]
    """
    import numpy as np
    import pyarrow as pa
    import scipy.sparse as sp

    bearers = np.zeros(len(names))
    parts = [_parts(name) for name in names]
    told = np.flatnonzero([part is not None for part in parts])
    if not len(told):
        return bearers
    given, family = (
        pa.array([parts[at][side] for at in told], pa.string()).dictionary_encode()  # type: ignore[index]
        for side in (0, 1)
    )
    codes = np.stack([side.indices.to_numpy().astype(np.int64) for side in (given, family)], axis=1)
    width = len(family.dictionary)
    pairs, inverse = np.unique(codes[:, 0] * width + codes[:, 1], return_inverse=True)
    g, f = pairs // width, pairs % width
    exists: Any = sp.csr_array(
        (np.ones(len(pairs)), (g, f)), shape=(len(given.dictionary), len(family.dictionary))
    )
    per_given, per_family = np.bincount(g), np.bincount(f)
    back = exists @ sp.diags_array(1 / per_family)
    there = exists.T @ sp.diags_array(1 / per_given)
    into = exists.tocsc()
    walks = np.empty(len(pairs))
    for start in range(0, len(pairs), CHUNK):
        part = slice(start, start + CHUNK)
        ways = back[g[part]] @ there
        walks[part] = np.asarray(ways.multiply(into[:, f[part]].T).sum(axis=1)).ravel()
    # A walk along the name itself tells nothing of others.
    walks -= (exists.T @ (1 / per_given))[f] / per_family[f]
    walks -= (exists @ (1 / per_family))[g] / per_given[g]
    walks += 1 / (per_family[f] * per_given[g])
    bearers[told] = (FACTOR * np.maximum(walks, 0) ** POWER)[inverse.ravel()]
    return bearers


def _parts(name: Name | None) -> tuple[str, str] | None:
    """Given name and surname; of a name in Han or Hangul the first sign is the surname."""
    if name is None or name.bare or name.number:
        return None
    if name.script in ("CJK", "HANGUL") and not name.given:
        return (name.family[1:], name.family[:1]) if len(name.family) > 1 else None
    return (" ".join(name.given), name.family) if name.given else None
