"""`colophon register`: hand in a file, answer what it resembles, sign, record, wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry import statements
from registry.cli.consent import Wish, content_hash, registration_to_sign, waiting_declaration
from registry.cli.disclosure import Said, require_documents
from registry.cli.failures import CommandError
from registry.cli.plain import parse_wei, printable, short
from registry.cli.records import is_settled, print_record, state_of
from registry.cli.session import Session
from registry.cli.signing import sign
from registry.cli.transactions import Wallet, node_url, register_call
from registry.client import Answer, LostRegistryError, RpcClient
from registry.model import Address, Declaration, Registration, WorkId
from registry.statements import Domain

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

ANSWERS = ("acknowledged", "derivative", "adverse-claim")
VIA_REGISTER = "register"
_SHORTEST_PREFIX = 8  # "0x" and six digits: enough to tell the matches of one report apart
_TRIES = 3


@dataclass(frozen=True, slots=True)
class RegisterWish:
    """All that the command line says of a registration."""

    file: Path
    facts: Mapping[str, Any]
    answers: Mapping[str, str]
    via: str
    keep_preview: bool
    keep_deposit: bool
    key: str | None
    wait: bool
    rpc: str | None
    max_gas_cost: str


def register_file(session: Session, wish: RegisterWish) -> None:
    """Walk one file from the disk to a record."""
    claimant = session.keys.address(wish.key)
    account = session.keys.unlock(claimant)
    digest = content_hash(wish.file)
    domain = session.domain("WorkRegistry")
    draft = _hand_in(session, wish, claimant)
    matches = draft.inner("report").items_of("matches")
    declaration = _waiting(session, draft.items_of("own_pending"), claimant)
    if declaration is None:
        answers = _answered(session, matches, claimant, wish.answers)
        proposal = session.client.answer_draft(draft.text("draft_id"), answers)
        parents = tuple(sorted(WorkId.parse(work) for work, kind in answers.items() if kind == "derivative"))
        wanted = Wish(claimant, digest, parents)
        registration = registration_to_sign(proposal.inner("typed_data"), domain, wanted)
        said = Said(wish.facts, draft.inner("report"), answers)
        require_documents(proposal, registration.declaration, said)
        _consent(session, registration, domain)
        signature = sign(account, statements.digest(registration, domain))
        declaration = registration.declaration
        token = _record(session, draft.text("draft_id"), signature, wish.via)
        session.receipts.keep(str(statements.work_id(declaration)), token)
        session.client.present(session.receipts.tokens())
    work_id = str(statements.work_id(declaration))
    if wish.via == VIA_REGISTER and session.client.work(work_id).text("titled") != "confirmed":
        _send_own(session, wish, account, declaration, domain)
    record = session.until_settled(work_id) if wish.wait else session.client.work(work_id)
    session.terminal.document(record)
    print_record(session.terminal, record)
    _close(session, record, work_id)


def _hand_in(session: Session, wish: RegisterWish, claimant: Address) -> Answer:
    size = wish.file.stat().st_size
    with session.terminal.meter(f"sending {wish.file.name}", size) as progress:
        return session.client.prepare_draft(
            wish.file,
            claimant,
            wish.facts,
            keep_preview=wish.keep_preview,
            keep_deposit=wish.keep_deposit,
            progress=progress,
        )


def _consent(session: Session, registration: Registration, domain: Domain) -> None:
    session.terminal.note("You sign:")
    session.terminal.note(f"  {statements.plain(registration)}")
    session.terminal.note(f"  For chain {domain.chain_id}, contract {domain.address}.")
    if not session.terminal.agrees("Sign this?"):
        raise CommandError("not-signed", "nothing was signed, nothing is recorded")


def _record(session: Session, draft_id: str, signature: bytes, via: str) -> str:
    """The receipt token. A lost answer is asked for again: the same call twice is the same record."""
    for _ in range(_TRIES - 1):
        try:
            return session.client.register(draft_id, signature, via).text("receipt_token")
        except LostRegistryError:
            session.terminal.note("the answer was lost; asking again")
    return session.client.register(draft_id, signature, via).text("receipt_token")


def _waiting(session: Session, own_pending: list[Answer], claimant: Address) -> Declaration | None:
    """The caller's own declaration of the same bytes that still waits, for a transaction of theirs perhaps.

    Raises:
        DishonestRegistryError: What is told of it is not what its id commits to.
    """
    for match in own_pending:
        record = session.client.work(match.text("work_id"))
        same = (
            match.text("verdict") == "identical" and record.inner("declaration").text("claimant") == claimant
        )
        if not same or state_of(record) != "pending":
            continue
        session.terminal.note(f"You declared this before, and it still waits: {record.text('work_id')}")
        return waiting_declaration(record)
    return None


def _send_own(
    session: Session, wish: RegisterWish, account: LocalAccount, declaration: Declaration, domain: Domain
) -> None:
    call = register_call(domain.address, declaration)
    with RpcClient(node_url(session.client, wish.rpc, domain.chain_id)) as node:
        wallet = Wallet(account, node, domain.chain_id, parse_wei(wish.max_gas_cost), session.terminal)
        wallet.need(wallet.max_fee_wei, session.client)
        transaction = wallet.send(call)
    session.terminal.note(f"sent from your own account: transaction {transaction}")


def _answered(
    session: Session, matches: list[Answer], claimant: Address, given: Mapping[str, str]
) -> dict[str, str]:
    """An answer for every match, from the command line or asked for."""
    answers = {_whole_id(prefix, matches): kind for prefix, kind in given.items()}
    for match in matches:
        work_id = match.text("work_id")
        if work_id not in answers:
            answers[work_id] = _asked(session, match, claimant)
    return answers


def _whole_id(prefix: str, matches: list[Answer]) -> str:
    found = [match.text("work_id") for match in matches if match.text("work_id").startswith(prefix)]
    if len(found) != 1 or len(prefix) < _SHORTEST_PREFIX:
        raise CommandError("invalid-answer", f"{prefix} is not the id of one work that the file resembles")
    return found[0]


def _asked(session: Session, match: Answer, claimant: Address) -> str:
    work_id = match.text("work_id")
    foreign_bytes = match.text("verdict") == "identical" and match.text("claimant") != claimant
    choices = ("adverse-claim",) if foreign_bytes else ANSWERS
    session.terminal.note(f"The file resembles a registered work ({_likeness(match)}):")
    session.terminal.note(f"  {work_id} by {printable(match.text('claimant'))}, {session.page(work_id)}")
    if foreign_bytes:
        session.terminal.note("  Somebody else declared these very bytes: it can only be an adverse claim.")
    instead = " or ".join(f"--answer {short(work_id)[:-1]}={choice}" for choice in choices)
    while True:
        answer = session.terminal.ask(f"Your answer ({', '.join(choices)})", f"answer with {instead}")
        if answer in choices:
            return answer


def _likeness(match: Answer) -> str:
    verdict = printable(match.text("verdict"))
    if verdict == "identical":
        return "identical"
    distance, threshold = match.integer("distance"), match.integer("threshold")
    return f"{verdict}, distance {distance} of at most {threshold} {printable(match.text('unit'))}"


def _close(session: Session, record: Answer, work_id: str) -> None:
    following = f"colophon show {work_id}"
    if is_settled(record):
        following = f"colophon offer {work_id} --price 0.01eth --terms editorial"
    session.terminal.closing(session.page(work_id), following)
