"""Run the embedded chain again and again, each life ended by SIGKILL while it takes payments.

    dying_chain.py FOLDER KEY ROUNDS SEED

Each acknowledged transaction's hash is appended to FOLDER/acknowledged before the next one is handed in.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from eth_account import Account

from registry.chain.embedded import EmbeddedChain
from registry.chain.engine import Engine
from registry.model import Address

SPEED = 1_000  # chain seconds in one: blocks are made as fast as they can be, so many deaths fall into one


def clock() -> float:
    """Goes on over all lives."""
    return time.time() * SPEED


def live(folder: Path, key: str, born: int) -> None:
    """Open the chain, say so, and pay until the end."""
    operator = Account.from_key(key)
    chain = EmbeddedChain(folder / "chain.db", Address(operator.address), clock)
    sender = bytes.fromhex(operator.address[2:])
    acknowledged = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(born, b"!")
    while True:
        nonce = chain.run(lambda engine: engine.pending_nonce(sender))
        fields = {
            "type": 2,
            "chainId": 31337,
            "nonce": nonce,
            "to": "0x" + "11" * 20,
            "value": 1,
            "gas": 21_000,
        }
        fees = {"maxFeePerGas": 3 * 10**9, "maxPriorityFeePerGas": 10**9}
        raw = bytes(operator.sign_transaction(fields | fees).raw_transaction)
        done = chain.run(lambda engine, raw=raw: Engine.submit(engine, raw))  # type: ignore[misc]
        os.write(acknowledged, f"{done}\n".encode())


def main() -> None:
    """One life after another."""
    folder, key, rounds, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)  # noqa: S311  # moments to die at, no secrets
    for _ in range(rounds):
        hear, say = os.pipe()
        child = os.fork()
        if child == 0:
            live(folder, key, say)
        os.close(say)
        born = os.read(hear, 1)  # empty if it died before it was up
        os.close(hear)
        time.sleep(chance.uniform(0, 0.25))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not born or os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"a child died by itself: {status}")


if __name__ == "__main__":
    main()
