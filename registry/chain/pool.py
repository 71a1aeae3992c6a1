"""The waiting transactions, in memory: which of them can be mined next, and which refuses which.

Knows nothing of the chain but each account's nonce, which its callers hand in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from registry.chain.wire import SERVER_ERROR, RpcError

MAX_WAITING = 5_000  # far above what one block a second can leave behind; bounds memory
MAX_AHEAD = 256  # nonces an account may wait beyond its next one, gaps included
MIN_BUMP_PERCENT = 10  # as most nodes ask of a replacement


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decoded transaction and the exact bytes it came as. `transaction` is py-evm's."""

    hash: bytes
    sender: bytes
    nonce: int
    max_fee: int
    max_priority_fee: int
    raw: bytes
    transaction: Any

    def outbids(self, other: Waiting) -> bool:
        """Whether both fees are at least 10 % above the other's."""
        enough = 100 + MIN_BUMP_PERCENT
        return (
            self.max_fee * 100 >= other.max_fee * enough
            and self.max_priority_fee * 100 >= other.max_priority_fee * enough
        )


class Pool:
    """Waiting transactions by account and nonce; iteration is in order of arrival."""

    def __init__(self) -> None:
        self._by_hash: dict[bytes, Waiting] = {}
        self._by_place: dict[tuple[bytes, int], Waiting] = {}

    def __len__(self) -> int:
        return len(self._by_hash)

    def __contains__(self, key: bytes) -> bool:
        return key in self._by_hash

    def get(self, key: bytes) -> Waiting | None:
        """A waiting transaction by its hash."""
        return self._by_hash.get(key)

    def replaced_by(self, candidate: Waiting, next_nonce: int) -> Waiting | None:
        """The waiting transaction that the candidate would replace, None if it takes a free place.

        Raises:
            RpcError: The candidate's nonce is used or too far ahead, it bids too little, or the pool is full.
        """
        if candidate.nonce < next_nonce:
            raise RpcError(
                SERVER_ERROR, f"nonce too low: next nonce {next_nonce}, tx nonce {candidate.nonce}"
            )
        if candidate.nonce >= next_nonce + MAX_AHEAD:
            raise RpcError(
                SERVER_ERROR, f"nonce too high: next nonce {next_nonce}, tx nonce {candidate.nonce}"
            )
        rival = self._by_place.get((candidate.sender, candidate.nonce))
        if rival is not None and not candidate.outbids(rival):
            raise RpcError(SERVER_ERROR, "replacement transaction underpriced")
        if rival is None and len(self) >= MAX_WAITING:
            raise RpcError(SERVER_ERROR, "txpool is full")
        return rival

    def add(self, waiting: Waiting) -> None:
        """Take in a transaction, in place of one of the same account and nonce."""
        rival = self._by_place.get((waiting.sender, waiting.nonce))
        if rival is not None:
            self.remove(rival.hash)
        self._by_hash[waiting.hash] = waiting
        self._by_place[waiting.sender, waiting.nonce] = waiting

    def remove(self, key: bytes) -> None:
        """Forget a transaction."""
        waiting = self._by_hash.pop(key)
        del self._by_place[waiting.sender, waiting.nonce]

    def pending_nonce(self, sender: bytes, next_nonce: int) -> int:
        """The nonce after all that can be mined without a gap."""
        while (sender, next_nonce) in self._by_place:
            next_nonce += 1
        return next_nonce

    def executable(self, next_nonce: Callable[[bytes], int]) -> list[Waiting]:
        """What can be mined now: accounts in order of arrival, each account's nonces ascending without a gap.

        `next_nonce` tells an account's next nonce on chain.
        """
        ready: list[Waiting] = []
        for sender in dict.fromkeys(waiting.sender for waiting in self._by_hash.values()):
            first = next_nonce(sender)
            ready.extend(
                self._by_place[sender, nonce] for nonce in range(first, self.pending_nonce(sender, first))
            )
        return ready

    def stale(self, next_nonce: Callable[[bytes], int]) -> list[Waiting]:
        """What can never be mined: its nonce is used."""
        return [waiting for waiting in self._by_hash.values() if waiting.nonce < next_nonce(waiting.sender)]
