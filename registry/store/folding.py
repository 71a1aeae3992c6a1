"""Text as search sees it."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Text without the differences that a search should not see: case, width, ligatures, decomposed accents.

    Compatibility caseless matching (Unicode Standard section 3.13, D146). Null characters are dropped: in SQL
    they end a text.
    """
    decomposed = unicodedata.normalize("NFD", text.replace("\0", ""))
    once = unicodedata.normalize("NFKD", decomposed.casefold())
    return unicodedata.normalize("NFKC", once.casefold())
