"""A chain with the contracts on it and people who have coin, over either back-end."""

from __future__ import annotations

import itertools
import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32 as TypedHash
from web3.providers.base import BaseProvider

from registry.chain import sending
from registry.chain.gateway import Gateway
from registry.chain.providers import NodeProvider, request
from registry.model import (
    Address,
    Call,
    Declaration,
    Hash32,
    Offer,
    OfferFlags,
    Receipt,
    Registration,
    TransactionHash,
    TransactionRequest,
    WorkId,
)
from registry.statements import Domain, Statement, digest, work_id

ANVIL = Path(__file__).parents[2] / "contracts" / "node_modules" / ".bin" / "anvil"
COIN = 10**18
DAY = 86_400
PATIENCE_SECONDS = 60.0


def stepping_clock() -> Callable[[], float]:
    """A clock that is a second later each time it is looked at: no test waits for the next second."""
    seconds = itertools.count(int(time.time()))
    return lambda: float(next(seconds))


@contextmanager
def anvil(folder: Path, *options: str) -> Iterator[NodeProvider]:
    """A node of our own on a free port, without any account; what it prints goes to a file in `folder`."""
    command = [str(ANVIL), "--port", "0", "--accounts", "0", "--hardfork", "prague", *options]
    log = folder / "anvil.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        yield NodeProvider(f"http://{_listening_on(log, process)}")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=10)


def _listening_on(log: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"^Listening on (\S+)$", log.read_text(), re.MULTILINE)
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"anvil did not start: {log.read_text()}")


def new_account() -> LocalAccount:
    """Somebody nobody has seen."""
    account: LocalAccount = Account.create()
    return account


@dataclass
class World:
    """A gateway and what is needed to act through it."""

    name: str
    provider: BaseProvider
    gateway: Gateway
    operator: LocalAccount

    def now(self) -> int:
        """The chain's time, in Unix seconds."""
        return self.gateway.head().timestamp

    def receipt(self, transaction_hash: TransactionHash) -> Receipt:
        """The receipt, once there is one."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            found = self.gateway.receipt(transaction_hash)
            if found is not None:
                return found
            time.sleep(0.01)
        raise AssertionError(f"{transaction_hash} was not mined")

    def signed(self, account: LocalAccount, call: Call, **changes: Any) -> bytes:
        """A transaction's bytes; `changes` replace fields of the request."""
        fields: dict[str, Any] = {
            "chain_id": self.gateway.contracts.chain_id,
            "sender": Address(account.address),
            "nonce": self.gateway.next_nonce(Address(account.address)),
            "call": call,
            "gas": 500_000,
            "fees": self.gateway.fees(),
        }
        return sending.sign_transaction(account, TransactionRequest(**(fields | changes))).raw

    def send(self, account: LocalAccount, call: Call, **changes: Any) -> Receipt:
        """Send a call from an account and wait until it is mined."""
        return self.receipt(self.gateway.broadcast(self.signed(account, call, **changes)))

    def person(self, wei: int = COIN) -> LocalAccount:
        """Somebody new, with coin."""
        account = new_account()
        if wei:
            assert self.send(self.operator, Call(Address(account.address), b"", wei)).succeeded
        return account

    def domain(self, contract: str) -> Domain:
        """The EIP-712 domain of a contract."""
        ours = self.gateway.contracts
        address = ours.work_registry if contract == "WorkRegistry" else ours.license_ledger
        return Domain(contract, ours.chain_id, address)

    def sign(self, account: LocalAccount, statement: Statement) -> bytes:
        """A statement's signature."""
        contract = "LicenseLedger" if isinstance(statement, Offer) else "WorkRegistry"
        return sign_digest(account, digest(statement, self.domain(contract)))

    def registration(self, claimant: LocalAccount, **changes: Any) -> Registration:
        """A declaration of something new, good for a day."""
        return Registration(declaration(claimant, **changes), self.now() + DAY)

    def register_for(self, claimant: LocalAccount, **changes: Any) -> tuple[WorkId, Receipt]:
        """Have the operator carry a new declaration."""
        statement = self.registration(claimant, **changes)
        call = self.gateway.call_register_for(statement, self.sign(claimant, statement))
        return work_id(statement.declaration), self.send(self.operator, call)

    def offer(self, licensor: LocalAccount, work: WorkId, **changes: Any) -> Offer:
        """An offer open to anybody for a day."""
        fields: dict[str, Any] = {
            "licensor": Address(licensor.address),
            "work_id": work,
            "series": 0,
            "terms_hash": random_hash(),
            "flags": OfferFlags(0),
            "price": COIN // 100,
            "valid_from": 1,
            "valid_until": self.now() + DAY,
            "salt": random_hash(),
        }
        return Offer(**(fields | changes))

    def ask(self, method: str, *params: object) -> Any:  # noqa: ANN401  # JSON of any shape
        """One JSON-RPC request."""
        return request(self.provider, method, *params)


def declaration(claimant: LocalAccount, **changes: Any) -> Declaration:
    """A declaration of something new."""
    fields: dict[str, Any] = {
        "claimant": Address(claimant.address),
        "content_hash": random_hash(),
        "fingerprint_hash": random_hash(),
        "metadata_hash": random_hash(),
    }
    return Declaration(**(fields | changes))


def random_hash() -> Hash32:
    """32 bytes nobody has seen."""
    return Hash32(secrets.token_bytes(32))


def sign_digest(account: LocalAccount, signed: Hash32) -> bytes:
    """A raw signature over 32 bytes."""
    return bytes(account.unsafe_sign_hash(TypedHash(bytes(signed))).signature)
