"""Who takes part in the demo, what they hold, and how a step is printed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from eth_utils.crypto import keccak

from registry import statements
from registry.chain.calls import call_of
from registry.cli.consent import Wish, content_hash, registration_to_sign
from registry.cli.failures import CommandError
from registry.cli.plain import short
from registry.cli.records import is_settled
from registry.cli.signing import sign
from registry.cli.terminal import Terminal
from registry.cli.told import contracts_told
from registry.cli.transactions import Wallet
from registry.client import Answer, ColophonClient, ProblemError, RpcClient
from registry.model import Act, Address, WorkId
from registry.samples import Sample
from registry.statements import Domain

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

Given = TypeVar("Given")

MAX_FEE_WEI = 10**16
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a key that is made from the seed, so that the same seed tells of the same accounts."""

    name: str
    account: LocalAccount

    @classmethod
    def of(cls, name: str, seed: int) -> Person:
        """The key is worth nothing: it follows from what everybody can read."""
        from eth_account import Account

        return cls(name, Account.from_key(keccak(f"colophon demo {seed} {name}".encode())))

    @property
    def address(self) -> Address:
        """Their account."""
        return Address(self.account.address)


@dataclass(slots=True)
class Stage:
    """One run of the demo. Works are called by letters, because their ids differ from run to run."""

    client: ColophonClient
    node: RpcClient
    terminal: Terminal
    folder: Path
    registry: Domain
    ledger: Domain
    letters: dict[str, str] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    step: int = 0

    def tell(self, headline: str) -> None:
        """Begin a step."""
        self.step += 1
        self.terminal.line()
        self.terminal.heading(f"{self.step}. {headline}")

    def name(self, work_id: str) -> str:
        """`work A` beside the first digits of its id."""
        letter = self.letters.setdefault(work_id, chr(ord("A") + len(self.letters)))
        return f"work {letter} ({short(work_id)})"

    def file(self, name: str, content: bytes) -> Path:
        """A file on disk, as somebody would have it."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def hand_in(self, person: Person, sample: Sample) -> tuple[Answer, Path]:
        """A draft of a sample, with its similarity report."""
        file = self.file(sample.file_name, sample.read())
        facts: dict[str, object] = {
            "title": sample.title,
            "creators": [{"name": sample.creator}],
            "how_made": "human",
        }
        if sample.year is not None:
            facts["year"] = sample.year
        return self.client.prepare_draft(file, person.address, facts), file

    def sign_in(self, person: Person, draft: Answer, file: Path, answers: Mapping[str, str]) -> str:
        """Answer, check, sign and record, without waiting; the work's id."""
        proposal = self.client.answer_draft(draft.text("draft_id"), answers)
        parents = tuple(sorted(WorkId.parse(work) for work, kind in answers.items() if kind == "derivative"))
        wish = Wish(person.address, content_hash(file), parents)
        registration = registration_to_sign(proposal.inner("typed_data"), self.registry, wish)
        signature = sign(person.account, statements.digest(registration, self.registry))
        recorded = self.client.register(draft.text("draft_id"), signature, "log")
        self.tokens.append(recorded.text("receipt_token"))
        self.client.present(self.tokens)
        return recorded.inner("record").text("work_id")

    def settled(self, work_id: str) -> Answer:
        """The record, once everybody can see it."""

        def look() -> Answer | None:
            record = self.client.work(work_id)
            return record if is_settled(record) else None

        return self.until(look, "a registration")

    def until(self, look: Callable[[], Given | None], what: str) -> Given:
        """What `look` gives, as soon as it gives something."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = look()
            if found is not None:
                return found
            time.sleep(_POLL_SECONDS)
        raise CommandError("demo-stuck", f"{what} did not arrive within a minute")

    def act(self, account: LocalAccount, act: Act) -> int:
        """Do something on chain and wait for it; the gas it cost."""
        contracts = contracts_told(self.client.contracts())
        wallet = Wallet(account, self.node, contracts.chain_id, MAX_FEE_WEI, self.terminal)
        transaction = wallet.send(call_of(contracts, act))

        def look() -> Answer | None:
            try:
                found = self.client.transaction(transaction)
            except ProblemError as problem:
                if problem.code != "not-found":
                    raise
                return None
            return None if found.text("status") == "pending" else found

        outcome = self.until(look, "a transaction")
        if outcome.text("status") != "mined":
            raise CommandError("demo-wrong", f"the chain refused transaction {transaction}")
        return outcome.integer("gas_used")

    def fact(self, label: str, value: str) -> None:
        """A labelled line of the step."""
        self.terminal.fact(label, value)

    def leaf_of(self, record: Answer) -> str:
        """Which leaf of the log a work is."""
        return f"leaf {record.inner('log').integer('leaf_index')} of the log"

    def refused(self, attempt: Callable[[], object]) -> str:
        """Try what must be refused; the reason and its code.

        Raises:
            CommandError: It was not refused.
        """
        try:
            attempt()
        except ProblemError as problem:
            return f"refused [{problem.code}]"
        raise CommandError("demo-wrong", "what should have been refused was accepted")
