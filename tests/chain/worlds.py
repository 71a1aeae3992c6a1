"""A chain with the contracts on it and people who have coin, over either back-end."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32 as TypedHash
from web3.providers.base import BaseProvider

from registry.chain import sending
from registry.chain.deployment import deploy
from registry.chain.embedded import EmbeddedChain
from registry.chain.gateway import Gateway
from registry.chain.manifest import contracts_of
from registry.chain.providers import EmbeddedProvider, NodeProvider, request
from registry.model import (
    Act,
    Address,
    Call,
    Declaration,
    DeskTerms,
    Hash32,
    Offer,
    OfferFlags,
    Receipt,
    RegisterFor,
    Registration,
    TransactionHash,
    TransactionRequest,
    WorkId,
)
from registry.model.networks import proof_level_of
from registry.statements import Domain, Statement, digest, domain_of, work_id

ANVIL = Path(__file__).parents[2] / "contracts" / "node_modules" / ".bin" / "anvil"
SEPOLIA = 11155111
COIN = 10**18
BOND_WEI = COIN // 100
MINUTE = 60
DAY = 86_400
PATIENCE_SECONDS = 60.0


class SteppingClock:
    """A clock that is a second later each time it is looked at: no test waits for the next second."""

    def __init__(self) -> None:
        self._seconds = int(time.time())

    def __call__(self) -> float:
        self._seconds += 1
        return float(self._seconds)

    def advance(self, seconds: int) -> None:
        """Let time pass at once."""
        self._seconds += seconds


def stepping_clock() -> SteppingClock:
    """A clock of one's own."""
    return SteppingClock()


def short_terms(arbiter: LocalAccount) -> DeskTerms:
    """A desk's terms in minutes: short enough to pass, long enough that a few blocks do not pass them."""
    return DeskTerms(
        Address(arbiter.address),
        BOND_WEI,
        escrow=10 * MINUTE,
        hold=60 * MINUTE,
        answer=5 * MINUTE,
        ruling=30 * MINUTE,
    )


@contextmanager
def open_world(name: str, folder: Path) -> Iterator[World]:
    """A chain of our own, "embedded" or "anvil", with the five contracts on it and short terms."""
    operator = new_account()
    with ExitStack() as resources:
        clock: SteppingClock | None = None
        provider: BaseProvider
        if name == "embedded":
            clock = SteppingClock()
            chain = EmbeddedChain(folder / "chain.db", Address(operator.address), clock)
            provider = EmbeddedProvider(resources.enter_context(chain))
        else:
            provider = resources.enter_context(anvil(folder, "--chain-id", str(SEPOLIA)))
            request(provider, "anvil_setBalance", operator.address, hex(1000 * COIN))
        yield world_over(provider, operator, folder, clock)


def world_over(
    provider: BaseProvider, operator: LocalAccount, folder: Path, clock: SteppingClock | None = None
) -> World:
    """The contracts on a chain where the operator has coin, and an arbiter who has some too."""
    arbiter = new_account()
    terms = short_terms(arbiter)
    manifest = deploy(provider, operator, folder / "deployment.json", terms, at_once=clock is not None)
    contracts = contracts_of(manifest)
    gateway = Gateway(provider, contracts, operator, 3, proof_level_of(contracts.chain_id))
    world = World(
        "anvil" if clock is None else "embedded",
        provider,
        gateway,
        operator,
        arbiter,
        terms,
        clock,
        manifest.document(),
    )
    assert world.send(operator, Call(Address(arbiter.address), b"", COIN)).succeeded
    return world


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
    """A gateway and what is needed to act through it. `clock` is the embedded chain's, None on a node."""

    name: str
    provider: BaseProvider
    gateway: Gateway
    operator: LocalAccount
    arbiter: LocalAccount
    terms: DeskTerms
    clock: SteppingClock | None = None
    deployment: Mapping[str, Any] = field(default_factory=dict)

    def now(self) -> int:
        """The chain's time, in Unix seconds."""
        return self.gateway.head().timestamp

    def pass_time(self, seconds: int) -> None:
        """Make a block that is at least so much later than the newest one."""
        until = self.now() + seconds
        if self.clock is None:
            self.ask("evm_increaseTime", hex(seconds))
            self.ask("evm_mine")
        else:
            self.clock.advance(seconds)
            self.send(self.operator, Call(Address(self.operator.address), b""))
        assert self.now() >= until

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
            "gas": 2_000_000,
            "fees": self.gateway.fees(),
        }
        return sending.sign_transaction(account, TransactionRequest(**(fields | changes))).raw

    def send(self, account: LocalAccount, call: Call, **changes: Any) -> Receipt:
        """Send a call from an account and wait until it is mined."""
        return self.receipt(self.gateway.broadcast(self.signed(account, call, **changes)))

    def act(self, account: LocalAccount, act: Act, **changes: Any) -> Receipt:
        """Do something as an account and wait until it is mined."""
        return self.send(account, self.gateway.call(act), **changes)

    def person(self, wei: int = COIN) -> LocalAccount:
        """Somebody new, with coin."""
        account = new_account()
        if wei:
            assert self.send(self.operator, Call(Address(account.address), b"", wei)).succeeded
        return account

    def domain(self, contract: str) -> Domain:
        """The EIP-712 domain of a contract."""
        ours = self.gateway.contracts
        return Domain(contract, ours.chain_id, ours.addresses[contract])

    def sign(self, account: LocalAccount, statement: Statement) -> bytes:
        """A statement's signature."""
        return sign_digest(account, digest(statement, domain_of(statement, self.gateway.contracts)))

    def registration(self, claimant: LocalAccount, **changes: Any) -> Registration:
        """A declaration of something new, good for a day."""
        return Registration(declaration(claimant, **changes), self.now() + DAY)

    def register_for(self, claimant: LocalAccount, **changes: Any) -> tuple[WorkId, Receipt]:
        """Have the operator carry a new declaration."""
        statement = self.registration(claimant, **changes)
        act = RegisterFor(statement, self.sign(claimant, statement))
        return work_id(statement.declaration), self.act(self.operator, act)

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
