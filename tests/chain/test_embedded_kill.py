"""kill -9 at random moments: what was acknowledged is there afterwards, and none of it twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from eth_account import Account

from registry.chain.embedded import EmbeddedChain
from registry.chain.engine import Engine
from registry.model import Address
from tests.chain.dying_chain import clock

ROUNDS = 12
SOMEBODY = bytes.fromhex("11" * 20)


def _mine_all(engine: Engine) -> None:
    while engine.mine() is not None:
        pass


def test_a_killed_chain_keeps_every_acknowledged_transaction_once(tmp_path: Path) -> None:
    operator = Account.create()
    script = Path(__file__).with_name("dying_chain.py")
    command = [sys.executable, str(script), str(tmp_path), operator.key.hex(), str(ROUNDS), "1"]
    subprocess.run(command, check=True, timeout=200, cwd=Path(__file__).parents[2])
    acknowledged = [bytes.fromhex(line[2:]) for line in (tmp_path / "acknowledged").read_text().split()]
    assert len(acknowledged) == len(set(acknowledged)) > ROUNDS
    with EmbeddedChain(tmp_path / "chain.db", Address(operator.address), clock) as chain:
        chain.run(_mine_all)
        receipts = [chain.run(lambda engine, key=key: engine.receipt(key)) for key in acknowledged]  # type: ignore[misc]
        assert all(receipt is not None and receipt["status"] == "0x1" for receipt in receipts)
        nonce = chain.run(lambda engine: engine.nonce(bytes.fromhex(operator.address[2:])))
        paid = chain.run(lambda engine: engine.balance(SOMEBODY))
        blocks = chain.run(lambda engine: engine.head().block_number)
    # one more than acknowledged in each life at most: durable, and killed before it could be told
    assert len(acknowledged) <= nonce <= len(acknowledged) + ROUNDS
    assert paid == nonce
    assert blocks > 1
