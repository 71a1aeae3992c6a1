"""`colophon dispute`, `bonds` and `arbiter`: contest a title, answer, decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from registry import statements
from registry.cli.acting import Ending, perform
from registry.cli.caller import Caller
from registry.cli.failures import CommandError
from registry.cli.naming import account_named, dispute_named, evidence_named, sale_named, work_named
from registry.cli.plain import format_duration, format_wei
from registry.client import Answer, ProblemError
from registry.errors import InvalidValueError
from registry.model import (
    ZERO_ADDRESS,
    AcceptArbiter,
    Act,
    AdmitDispute,
    AnswerDispute,
    ClaimBonds,
    DisputeId,
    DisputeStatus,
    Hash32,
    LapseDispute,
    OfferArbiter,
    OpenDispute,
    RuleDispute,
)

OUTCOMES = {
    "dismissed": DisputeStatus.DISMISSED,
    "upheld": DisputeStatus.UPHELD,
    "assigned": DisputeStatus.ASSIGNED,
}


@dataclass(frozen=True, slots=True)
class Contest:
    """What the command line says of a new dispute."""

    work: str
    about: str
    evidence: str
    assignee: str | None


def open_dispute(caller: Caller, contest: Contest) -> None:
    """Contest a title, with the bond that the desk asks for."""
    work_id, evidence = work_named(contest.work), evidence_named(contest.evidence)
    tag = tag_of(contest.about)
    act = OpenDispute(
        work_id=work_id,
        tag=tag,
        evidence_hash=evidence,
        assignee=account_named(contest.assignee, ZERO_ADDRESS),
        bond=caller.client.arbitration().integer("bond_wei"),
    )
    dispute_id = statements.dispute_id(work_id, evidence, caller.address())
    ending = Ending(
        heading="The dispute is open",
        page=caller.session.page(str(work_id)),
        following=f"colophon dispute show {dispute_id}",
        facts={"dispute": str(dispute_id), "evidence": str(evidence)},
    )
    perform(caller, [act], ending)


def admit_dispute(caller: Caller, dispute: str) -> None:
    """Take a dispute seriously, as its arbiter."""
    dispute_id, told = dispute_named(caller.client, dispute)
    _perform(caller, dispute_id, told, AdmitDispute(dispute_id), "Admitted")


def answer_from_own_account(caller: Caller, dispute: str, evidence: str) -> None:
    """Answer a dispute with a transaction of the holder's own account."""
    dispute_id, told = dispute_named(caller.client, dispute)
    act = AnswerDispute(dispute_id, evidence_named(evidence))
    _perform(caller, dispute_id, told, act, "Answered")


def rule_dispute(caller: Caller, dispute: str, outcome: str, bad_faith: Sequence[str]) -> None:
    """Decide a dispute, as its arbiter."""
    dispute_id, told = dispute_named(caller.client, dispute)
    sales = tuple(sale_named(caller.client, one) for one in bad_faith)
    act = RuleDispute(dispute_id, OUTCOMES[outcome], sales)
    _perform(caller, dispute_id, told, act, "Decided")


def lapse_dispute(caller: Caller, dispute: str) -> None:
    """End a dispute that nobody can decide any more; its bond goes back."""
    dispute_id, told = dispute_named(caller.client, dispute)
    _perform(caller, dispute_id, told, LapseDispute(dispute_id), "Ended")


def show_disputes(caller: Caller, named: str) -> None:
    """One dispute by its id, or all of a work."""
    terminal = caller.terminal
    hash_named = Hash32.parse(named.lower())
    found = caller.client.disputes_of(str(hash_named)) if _is_work(caller, hash_named) else None
    if found is None:
        told = caller.client.dispute(str(hash_named))
        terminal.document(told)
        _tell(caller, told)
        terminal.closing(caller.session.page(told.text("work_id")), _after(told))
        return
    terminal.document(found)
    for told in found.items_of("disputes"):
        _tell(caller, told)
    if not found.items_of("disputes"):
        terminal.heading("Nobody disputes the title of this work.")
    terminal.closing(
        caller.session.page(str(hash_named)),
        f"colophon dispute open {hash_named} --about TEXT --evidence FILE",
    )


def claim_bonds(caller: Caller, account: str | None, receiver: str | None) -> None:
    """Take the bonds that an account is owed.

    Raises:
        CommandError: It is owed none.
    """
    whose = account_named(account, caller.address())
    if not caller.client.account(whose).integer("owed_bonds_wei"):
        raise CommandError("nothing-owed", f"no bond is owed to {whose}")
    act = ClaimBonds(whose, account_named(receiver, whose))
    perform(caller, [act], Ending("Claimed", f"{caller.client.base_url}/", "colophon arbiter show"))


def show_arbiter(caller: Caller) -> None:
    """Who decides disputes, and what they can do."""
    told, terminal = caller.client.arbitration(), caller.terminal
    terminal.document(told)
    terminal.heading("Arbitration")
    terminal.fact("arbiter", told.text("arbiter"))
    terminal.fact("bond", format_wei(told.integer("bond_wei")))
    periods = told.inner("periods")
    for name in ("escrow", "hold", "answer", "ruling"):
        terminal.fact(name, format_duration(periods.integer(f"{name}_seconds")))
    for power in told.get("powers") or []:
        terminal.fact("can", power)
    terminal.closing(f"{caller.client.base_url}/", "colophon dispute open WORK --about TEXT --evidence FILE")


def offer_arbiter(caller: Caller, candidate: str | None) -> None:
    """Name who shall follow as arbiter, or nobody."""
    act = OfferArbiter(account_named(candidate, ZERO_ADDRESS))
    _perform_arbiter(caller, act, "Named")


def accept_arbiter(caller: Caller) -> None:
    """Become the arbiter of new disputes."""
    _perform_arbiter(caller, AcceptArbiter(), "Accepted")


def tag_of(text: str) -> Hash32:
    """A short text as the 32 bytes that a dispute is tagged with: ASCII, zeros behind.

    Raises:
        InvalidValueError: It does not fit.
    """
    if not (text.isascii() and text.isprintable() and 0 < len(text) <= Hash32.SIZE):
        raise InvalidValueError("about", f"must be 1 to {Hash32.SIZE} letters, digits and signs of ASCII")
    return Hash32(text.encode().ljust(Hash32.SIZE, b"\0"))


def _is_work(caller: Caller, named: Hash32) -> bool:
    try:
        caller.client.work(str(named))
    except ProblemError as problem:
        if problem.code != "not-found":
            raise
        return False
    return True


def _tell(caller: Caller, told: Answer) -> None:
    terminal = caller.terminal
    terminal.heading(f"Dispute: {told.optional_text('tag_text') or told.text('tag')}")
    terminal.fact("dispute", told.text("dispute_id"))
    terminal.fact("work", told.text("work_id"))
    terminal.fact("status", told.text("status"))
    terminal.fact("opened by", f"{told.text('opener')} at {told.text('opened_at')}")
    terminal.fact("evidence", told.text("evidence_hash"))
    terminal.fact("bond", format_wei(told.integer("bond_wei")))
    if told.optional_text("assignee"):
        terminal.fact("assignee", told.text("assignee"))
    terminal.fact("arbiter", told.text("arbiter"))
    if told.flag("moved_on"):
        terminal.fact("note", "the title has moved on: unless it comes back, the dispute can only lapse")
    elif told.text("status") == "open":
        terminal.fact("note", f"not admitted: {statements.ESCAPED_BY_PASSING_ON}")
    answer = told.optional_inner("answer")
    if answer is not None:
        terminal.fact("answered by", f"{answer.text('holder')} with {answer.text('evidence_hash')}")
    undecided = told.text("status") in _UNDECIDED
    for label, field in _DEADLINES.items():
        if told.optional_text(field) and (undecided or field == _OUTLASTING):
            terminal.fact(label, told.text(field))


_DEADLINES = {
    "answers until": "answers_until",
    "ruling until": "rules_until",
    "title frozen": "frozen_until",
    "payments held": "held_until",
}
_OUTLASTING = "frozen_until"  # a title that was kept in place once stays there, whatever is decided
_UNDECIDED = ("open", "admitted", "timed-out")


def _after(told: Answer) -> str:
    dispute_id, status = told.text("dispute_id"), told.text("status")
    if status == "timed-out":
        return f"colophon dispute lapse {dispute_id}"
    if status not in _UNDECIDED:
        return f"colophon show {told.text('work_id')}"
    if told.optional_inner("answer") is None and not _is_past(told.optional_text("answers_until")):
        return f"colophon dispute answer {dispute_id} --evidence FILE"
    if status == "open":
        return f"colophon dispute admit {dispute_id}"
    return f"colophon dispute rule {dispute_id} --outcome {'|'.join(OUTCOMES)}"


def _is_past(moment: str | None) -> bool:
    try:
        return moment is not None and datetime.fromisoformat(moment).astimezone(UTC) < datetime.now(UTC)
    except (ValueError, OverflowError):  # what is no time has not passed
        return False


def _perform(caller: Caller, dispute_id: DisputeId, told: Answer, act: Act, heading: str) -> None:
    page = caller.session.page(told.text("work_id"))
    perform(caller, [act], Ending(heading, page, f"colophon dispute show {dispute_id}"))


def _perform_arbiter(caller: Caller, act: Act, heading: str) -> None:
    perform(caller, [act], Ending(heading, f"{caller.client.base_url}/", "colophon arbiter show"))
