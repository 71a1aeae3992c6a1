"""What a text may have; each limit is kept while reading, never believed of a header."""

from __future__ import annotations

from registry.errors import MediaTooLargeError

MOST_BYTES = 32 << 20
# Of a file that is read whole: plain text of `MOST_CHARACTERS` in any encoding, or a page that is all tags.
MOST_CHARACTERS = 4_000_000
# The longest novels have three; their places fit into three bytes of an index row.
MOST_TAGS = 2_000_000
# Of a page: a table of all that there is; each takes about a microsecond.
MOST_PAGES = 3_000
MOST_UNPACKED_BYTES = 128 << 20
# Of the parts of a document that are read: markup around four million characters, not a bomb.
MOST_NESTED = 200
# Elements within each other: tables within tables go ten deep.


class Collected:
    """Text that is put together piece by piece and never gets longer than `MOST_CHARACTERS`."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        """Put a piece behind the others.

        Raises:
            MediaTooLargeError: That is too much text.
        """
        self._length += len(piece)
        check_characters(self._length)
        self._pieces.append(piece)

    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)


def check_characters(count: int) -> None:
    """Refuse more than `MOST_CHARACTERS`.

    Raises:
        MediaTooLargeError: It is more.
    """
    check("characters", count, MOST_CHARACTERS)


def check(quantity: str, count: int, limit: int) -> None:
    """Refuse more of something than its limit.

    Raises:
        MediaTooLargeError: It is more.
    """
    if count > limit:
        raise MediaTooLargeError(quantity, count, limit)
