"""The key that declares the sample works: a throw-away one, kept as the operator's of an embedded chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.keys.operator import operator_key
from registry.model import Address, Hash32

if TYPE_CHECKING:
    from eth_typing import Hash32 as EthHash32


class SamplesKey:
    """The key in the file at `path`, made if there is none; raises what `operator_key` does."""

    def __init__(self, path: Path) -> None:
        self._account = operator_key(path)

    @property
    def address(self) -> Address:
        """The account it signs for."""
        return Address(self._account.address)

    def sign_digest(self, digest: Hash32) -> bytes:
        """The 65-byte r, s, v signature."""
        typed: EthHash32 = digest  # type: ignore[assignment]  # the library's own name for 32 bytes
        return bytes(self._account.unsafe_sign_hash(typed).signature)
