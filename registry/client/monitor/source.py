"""The log as somebody serves it: a registry, or static files of a C2SP `tlog-tiles` log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from registry.client.monitor.bounded import BoundedHttp
from registry.client.monitor.troubles import Kind, TroubleError
from registry.errors import LogError, RegistryError
from registry.log import (
    MAX_NOTE_BYTES,
    TILE_BYTES,
    TILE_WIDTH,
    EntryBundle,
    Tile,
    VerifierKey,
    decode_entries,
)
from registry.model import Address

LEAF_BYTES = 32  # the EIP-712 digest of a statement
MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + LEAF_BYTES)  # each leaf behind its length


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Where a log's anchors are: the account that makes them, and the contract that keeps them."""

    chain_id: int
    contract: Address
    account: Address
    deployed_at_block: int

    def document(self) -> dict[str, object]:
        """As JSON."""
        return {
            "chain_id": self.chain_id,
            "contract": str(self.contract),
            "account": str(self.account),
            "deployed_at_block": self.deployed_at_block,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read what `document` wrote.

        Raises:
            ValueError, RegistryError: It is not that.
        """
        return cls(
            _natural(document.get("chain_id")),
            Address(str(document.get("contract"))),
            Address(str(document.get("account"))),
            _natural(document.get("deployed_at_block")),
        )


@dataclass(frozen=True, slots=True)
class Named:
    """What a registry says of its log: the key that signs, and where it is anchored. Its own words."""

    key: VerifierKey
    anchoring: Anchoring


class LogSource:
    """One place that serves a log. Every method raises TroubleError.

    Args:
        http: How to ask.
        url: The registry; with `tiles_only` the prefix of the log's own files, where there is nothing else.
    """

    def __init__(self, http: BoundedHttp, url: str, *, tiles_only: bool = False) -> None:
        self.url = url.rstrip("/")
        self.tiles_only = tiles_only
        self._http = http
        self._prefix = self.url if tiles_only else f"{self.url}/log"

    def named(self) -> Named | None:
        """What the registry says of its log; None where there are only tiles."""
        if self.tiles_only:
            return None
        log, contracts = self._document("/v1/log"), self._document("/v1/contracts")
        try:
            key = VerifierKey.parse(str(log.get("verifier_key")))
            anchoring = Anchoring.of(
                {**contracts, "contract": contracts.get("checkpoint_log"), "account": log.get("account")}
            )
        except (ValueError, RegistryError) as problem:
            raise TroubleError(
                Kind.MALFORMED_ANSWER, f"{self.url} does not say which log it has: {problem}", url=self.url
            ) from problem
        return Named(key, anchoring)

    def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint, unread; None if there is none."""
        return self._http.get(f"{self._prefix}/checkpoint", MAX_NOTE_BYTES)

    def entries(self, bundle: EntryBundle) -> list[bytes]:
        """The leaves of a bundle, each of 32 bytes, as many as it is wide."""
        whole = EntryBundle(bundle.index)
        content = self._content(bundle.path, whole.path, MAX_BUNDLE_BYTES)
        try:
            leaves = decode_entries(content, bundle.width)
        except LogError as problem:
            raise self._malformed(bundle.path, problem.message) from problem
        if any(len(leaf) != LEAF_BYTES for leaf in leaves):
            raise self._malformed(bundle.path, f"a leaf has {LEAF_BYTES} bytes")
        return leaves

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        """The content of each tile: a `registry.log.TileReader`, of which lengths are checked there."""
        return [self._content(tile.path, Tile(tile.level, tile.index).path, TILE_BYTES) for tile in tiles]

    def _content(self, path: str, whole: str, limit: int) -> bytes:
        """What is at a path, or what it has become when it was filled: a log may drop the narrower one."""
        content = self._http.get(f"{self._prefix}/{path}", limit)
        if content is None and path != whole:
            content = self._http.get(f"{self._prefix}/{whole}", limit)
        if content is None:
            raise TroubleError(Kind.WRONG_ENTRIES, f"{self._prefix} lacks {path}", path=path)
        return content

    def _document(self, path: str) -> dict[str, Any]:
        found = self._http.get_json(f"{self.url}{path}")
        if found is None:
            raise TroubleError(
                Kind.MALFORMED_ANSWER, f"{self.url} is no registry: {path} is not there", url=self.url
            )
        return found

    def _malformed(self, path: str, problem: str) -> TroubleError:
        return TroubleError(Kind.MALFORMED_ANSWER, f"{self._prefix}/{path}: {problem}", path=path)


def _natural(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        message = f"{value!r} is not a number of the chain"[:100]
        raise ValueError(message)
    return value
