"""What a person types or names to vouch for time stamps: files of authorities' roots, and Bitcoin headers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from registry.errors import EvidenceError, InvalidValueError
from registry.evidence.timestamps.bitcoin import BitcoinHeader
from registry.evidence.timestamps.certificates import MAX_ROOTS_BYTES, AuthorityCertificate, read_roots

# As `bitcoin-cli getblockheader HASH false` prints it: 80 bytes, nothing in front.
_TYPED = re.compile(r"(0|[1-9][0-9]{0,8})=((?:[0-9a-fA-F]{2}){80})")


def roots_in(paths: Iterable[Path]) -> tuple[AuthorityCertificate, ...]:
    """The certificates of all the files, each PEM or DER; nothing of them is verified, they are believed.

    Raises:
        InvalidValueError: A file holds none, or one that cannot be used.
        OSError: A file cannot be read.
    """
    found: dict[AuthorityCertificate, None] = {}
    for path in paths:
        with path.open("rb") as file:
            content = file.read(MAX_ROOTS_BYTES + 1)
        try:
            found |= dict.fromkeys(read_roots(content))
        except EvidenceError as problem:
            raise InvalidValueError("tsa-root", f"{path}: {problem.message}") from problem
    return tuple(found)


def headers_typed(texts: Iterable[str]) -> dict[int, BitcoinHeader]:
    """Bitcoin headers by their heights, each written `HEIGHT=HEX`.

    Raises:
        InvalidValueError: Another form, no header with the work that it names, or two for one height.
    """
    found: dict[int, BitcoinHeader] = {}
    for text in texts:
        height, header = _header(text)
        if found.setdefault(height, header) != header:
            raise InvalidValueError("bitcoin-header", f"two headers for block {height}")
    return found


def _header(text: str) -> tuple[int, BitcoinHeader]:
    typed = _TYPED.fullmatch(text)
    if typed is None:
        raise InvalidValueError("bitcoin-header", "expected HEIGHT=HEX, with the 160 hex digits of a header")
    try:
        return int(typed[1]), BitcoinHeader(bytes.fromhex(typed[2]))
    except EvidenceError as problem:
        raise InvalidValueError("bitcoin-header", f"block {typed[1]}: {problem.message}") from problem
