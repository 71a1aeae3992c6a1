"""From a file to a declaration that its claimant can sign: handed in, answered, and not believed unread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry import statements
from registry.cli.consent import Wish, content_hash, registration_to_sign
from registry.cli.disclosure import Said, require_documents
from registry.cli.failures import CommandError
from registry.cli.plain import printable, short
from registry.cli.records import state_of
from registry.cli.session import Session
from registry.cli.signing import agree_to_sign
from registry.cli.told import declaration_told
from registry.client import Answer, LostRegistryError
from registry.model import Address, Declaration, Registration, WorkId
from registry.statements import Domain

ANSWERS = ("acknowledged", "derivative", "adverse-claim")
_SHORTEST_PREFIX = 8  # "0x" and six digits: enough to tell the matches of one report apart
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Description:
    """What the caller says of one file; `answers` by work id, or by its first digits."""

    file: Path
    facts: Mapping[str, Any]
    answers: Mapping[str, str]
    keep_preview: bool = False
    keep_deposit: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement that the registry made ready, and that was found to say what the caller said."""

    draft_id: str
    registration: Registration

    @property
    def work_id(self) -> WorkId:
        """The work's id."""
        return statements.work_id(self.registration.declaration)


def prepare(session: Session, description: Description, claimant: Address) -> Draft | Declaration:
    """Hand a file in and answer what it resembles; or the caller's declaration of it that still waits.

    Raises:
        CommandError: A match was not answered, or there is no such match.
        DishonestRegistryError: What it proposes to sign is not what was said.
    """
    digest = content_hash(description.file)
    domain = _domain(session)
    told = _hand_in(session, description, claimant)
    waiting = _waiting(session, told.items_of("own_pending"), claimant)
    if waiting is not None:
        return waiting
    report = told.inner("report")
    answers = _answered(session, report.items_of("matches"), claimant, description.answers)
    proposal = session.client.answer_draft(told.text("draft_id"), answers)
    parents = tuple(sorted(WorkId.parse(work) for work, kind in answers.items() if kind == "derivative"))
    wanted = Wish(claimant, digest, parents)
    registration = registration_to_sign(proposal.inner("typed_data"), domain, wanted)
    require_documents(proposal, registration.declaration, Said(description.facts, report, answers))
    return Draft(told.text("draft_id"), registration)


def consent(session: Session, drafts: Sequence[Draft]) -> Domain:
    """Read aloud what is signed; the chain and contract that it is signed for.

    Raises:
        CommandError: The caller does not agree.
    """
    domain = _domain(session)
    sentences = [statements.plain(draft.registration) for draft in drafts]
    agree_to_sign(session.terminal, sentences, domain, "nothing is recorded")
    return domain


def record(session: Session, draft: Draft, signature: bytes, via: str) -> None:
    """Hand in the signed statement and keep its receipt.

    A lost answer is asked for again: the same call twice is the same record.
    """
    keep_receipt(session, str(draft.work_id), _receipt(session, draft, signature, via))


def _receipt(session: Session, draft: Draft, signature: bytes, via: str) -> str:
    for _ in range(_TRIES - 1):
        try:
            return session.client.register(draft.draft_id, signature, via).text("receipt_token")
        except LostRegistryError:
            session.terminal.note("the answer was lost; asking again")
    return session.client.register(draft.draft_id, signature, via).text("receipt_token")


def keep_receipt(session: Session, work_id: str, token: str) -> None:
    """Write a receipt down, and show it from now on."""
    session.receipts.keep(work_id, token)
    session.client.present(session.receipts.tokens())


def _domain(session: Session) -> Domain:
    contracts = session.contracts()
    return Domain("WorkRegistry", contracts.chain_id, contracts.work_registry)


def _hand_in(session: Session, description: Description, claimant: Address) -> Answer:
    size = description.file.stat().st_size
    with session.terminal.meter(f"sending {description.file.name}", size) as progress:
        return session.client.prepare_draft(
            description.file,
            claimant,
            description.facts,
            keep_preview=description.keep_preview,
            keep_deposit=description.keep_deposit,
            progress=progress,
        )


def _waiting(session: Session, own_pending: list[Answer], claimant: Address) -> Declaration | None:
    """The caller's own declaration of the same bytes that still waits, for a transaction of theirs perhaps.

    Raises:
        DishonestRegistryError: What is told of it is not what its id commits to.
    """
    for match in own_pending:
        found = session.client.work(match.text("work_id"))
        same = (
            match.text("verdict") == "identical" and found.inner("declaration").text("claimant") == claimant
        )
        if not same or state_of(found) != "pending":
            continue
        session.terminal.note(f"You declared this before, and it still waits: {found.text('work_id')}")
        return declaration_told(found, WorkId.parse(found.text("work_id")))
    return None


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
