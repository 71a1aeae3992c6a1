"""`colophon register`: hand files in, answer what they resemble, sign, record, wait."""

from __future__ import annotations

from collections.abc import Sequence

from registry import statements
from registry.cli.acting import send
from registry.cli.caller import Caller
from registry.cli.declaring import Description, Draft, consent, keep_receipt, prepare, record
from registry.cli.failures import CommandError
from registry.cli.plain import printable
from registry.cli.records import is_settled, print_record
from registry.cli.session import Session
from registry.cli.signing import sign
from registry.client import Answer
from registry.model import Declaration, Register

VIA_REGISTER = "register"


def register_file(caller: Caller, description: Description, via: str) -> None:
    """Walk one file from the disk to a record."""
    session, claimant = caller.session, caller.address()
    account = session.keys.unlock(claimant)
    ready = prepare(session, description, claimant)
    declaration = ready if isinstance(ready, Declaration) else ready.registration.declaration
    if isinstance(ready, Draft):
        domain = consent(session, [ready])
        record(session, ready, sign(account, statements.digest(ready.registration, domain)), via)
    work_id = str(statements.work_id(declaration))
    if via == VIA_REGISTER and session.client.work(work_id).text("titled") != "confirmed":
        send(caller, [Register(declaration)], account)
    told = session.until_settled(work_id) if caller.wait else session.client.work(work_id)
    session.terminal.document(told)
    print_record(session.terminal, told)
    _close(session, told, work_id)


def register_batch(caller: Caller, descriptions: Sequence[Description], via: str) -> None:
    """Register many files with a signature for each, into the log or by one transaction of the registry.

    Raises:
        CommandError: Some were not taken; the others were.
    """
    session, claimant = caller.session, caller.address()
    account = session.keys.unlock(claimant)
    drafts = []
    for description in descriptions:
        ready = prepare(session, description, claimant)
        if isinstance(ready, Draft):
            drafts.append(ready)
    domain = consent(session, drafts)
    signed = [(one.draft_id, sign(account, statements.digest(one.registration, domain))) for one in drafts]
    answers = session.client.register_batch(signed, via).items_of("items")
    taken, refused = [], []
    for draft, answer in zip(drafts, answers, strict=True):
        problem = answer.optional_inner("problem")
        if problem is None:
            token = answer.inner("recorded").text("receipt_token")
            keep_receipt(session, str(draft.work_id), token)
            taken.append(str(draft.work_id))
        else:
            refused.append(problem)
    told = [session.until_settled(one) if caller.wait else session.client.work(one) for one in taken]
    _tell_batch(session, told, refused)


def _tell_batch(session: Session, told: list[Answer], refused: list[Answer]) -> None:
    session.terminal.document({"records": told, "problems": refused})
    for one in told:
        print_record(session.terminal, one)
    for problem in refused:
        session.terminal.note(f"not taken: {printable(problem.text('detail'))} [{problem.text('code')}]")
    if told:
        _close(session, told[0], told[0].text("work_id"))
    if refused:
        raise CommandError("batch-incomplete", f"{len(refused)} of {len(told) + len(refused)} were not taken")


def _close(session: Session, told: Answer, work_id: str) -> None:
    following = f"colophon show {work_id}"
    if is_settled(told):
        following = f"colophon offer {work_id} --price 0.01eth --terms editorial"
    session.terminal.closing(session.page(work_id), following)
