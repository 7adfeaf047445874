"""Archives that are cut off or damaged: all that stands before the damage is read."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from typing import IO

from graphkit.errors import ReadError

__all__ = ["BROKEN", "PIECE", "UntilDamage"]

# What reading raises where an archive or the disk is damaged.
BROKEN = (EOFError, OSError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, NotImplementedError)

PIECE = 1 << 14  # as much as this is lost before the damage


class UntilDamage:
    """A stream whose damage shows once all that stands before it has been read.

    Parameters
    ----------
    stream : binary file
    """

    def __init__(self, stream: IO[bytes] | io.BufferedIOBase) -> None:
        self._stream = stream
        self._damage: Exception | None = None

    def read(self, size: int) -> bytes:
        """So many bytes; fewer before the end and before damage, which the next call raises."""
        if self._damage is not None:
            raise self._damage
        pieces: list[bytes] = []
        try:
            while size > 0 and (piece := self._stream.read(min(PIECE, size))):
                pieces.append(piece)
                size -= len(piece)
        except (ReadError, *BROKEN) as error:
            self._damage = error
            if not pieces:
                raise
        return b"".join(pieces)
