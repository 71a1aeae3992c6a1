"""Embedded chains for tests: opening them, asking, paying, and a disk that is full."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount

from registry.chain.embedded import EmbeddedChain
from registry.chain.providers import EmbeddedProvider, request
from registry.chain.wire import HASHES_ONLY
from registry.model import Address
from tests.chain.worlds import stepping_clock

SOMEBODY = "0x" + "11" * 20


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def opened(folder: Path, operator: LocalAccount, now: Callable[[], float] | None = None) -> EmbeddedChain:
    return EmbeddedChain(folder / "chain.db", Address(operator.address), now or stepping_clock())


def ask(chain: EmbeddedChain, method: str, *params: object) -> Any:  # noqa: ANN401  # JSON of any shape
    return request(EmbeddedProvider(chain), method, *params)


def payment(account: LocalAccount, nonce: int, **changes: object) -> str:
    fields: dict[str, Any] = {
        "type": 2,
        "chainId": 31337,
        "nonce": nonce,
        "to": SOMEBODY,
        "value": 1,
        "gas": 21_000,
        "maxFeePerGas": 3 * 10**9,
        "maxPriorityFeePerGas": 10**9,
    }
    fields.update(changes)
    return "0x" + bytes(account.sign_transaction(fields).raw_transaction).hex()


def receipt(chain: EmbeddedChain, transaction_hash: str) -> dict[str, Any]:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found: dict[str, Any] | None = ask(chain, "eth_getTransactionReceipt", transaction_hash)
        if found is not None:
            return found
        time.sleep(0.01)
    raise AssertionError("not mined")


def height(chain: EmbeddedChain) -> int:
    return int(ask(chain, "eth_blockNumber"), 16)


def timestamps(chain: EmbeddedChain) -> list[int]:
    blocks = [
        ask(chain, "eth_getBlockByNumber", hex(number), HASHES_ONLY) for number in range(height(chain) + 1)
    ]
    return [int(block["timestamp"], 16) for block in blocks]


class full_disk:  # noqa: N801  # reads as a state of the world
    """No file of this process can grow: the kernel refuses as when no space is left (EFBIG for ENOSPC)."""

    def __init__(self, folder: Path) -> None:
        self._size = max(path.stat().st_size for path in folder.iterdir() if path.name.endswith("-wal"))

    def __enter__(self) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._size, self._before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)
