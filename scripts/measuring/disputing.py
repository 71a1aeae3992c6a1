"""Gas of what the desk does, and of the refunds that follow its rulings."""

from __future__ import annotations

from measuring.bench import (
    ANSWER_SECONDS,
    BOND_WEI,
    NO_TIME_LIMIT,
    NOBODY,
    RULING_SECONDS,
    Bench,
    digest_of,
)

DISMISSED, UPHELD, ASSIGNED = 2, 3, 4


def _opened(bench: Bench, work_id: int, text: str, assignee: str = NOBODY) -> tuple[int, int]:
    """A dispute's id, and the gas of opening it."""
    evidence = digest_of(f"evidence {text}")
    gas = bench.send(
        bench.desk.functions.open(work_id, digest_of("tag"), evidence, assignee), bench.opener, BOND_WEI
    )
    return int(bench.desk.functions.disputeIdOf(work_id, evidence, bench.opener).call()), gas


def _open(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    return [_opened(bench, work_id, text)[1] for text in ("one", "two")]


def _admitted(bench: Bench, dispute_id: int) -> int:
    return bench.send(bench.desk.functions.admit(dispute_id), bench.arbiter)


def _ruled(bench: Bench, dispute_id: int, outcome: int) -> int:
    """Gas of a ruling, which is given when the time to answer is over."""
    bench.pass_time(ANSWER_SECONDS + 1)
    return bench.send(bench.desk.functions.rule(dispute_id, outcome, []), bench.arbiter)


def _admit(bench: Bench) -> list[int]:
    work_id = bench.registered("one")

    def admitted(text: str) -> int:
        dispute_id, _ = _opened(bench, work_id, text)
        gas = _admitted(bench, dispute_id)
        _ruled(bench, dispute_id, DISMISSED)
        return gas

    return [admitted("one"), admitted("two")]


def _answer(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    disputes = [_opened(bench, work_id, text)[0] for text in ("one", "two")]
    calls = [bench.desk.functions.answer(dispute, digest_of("answer")) for dispute in disputes]
    return [bench.send(call, bench.licensor) for call in calls]


def _answer_for(bench: Bench) -> list[int]:
    work_id = bench.registered("one")

    def answered(text: str) -> int:
        dispute_id, _ = _opened(bench, work_id, text)
        statement = (dispute_id, digest_of("answer"), NO_TIME_LIMIT)
        signature = bench.sign(bench.desk.functions.answerDigest(statement).call(), bench.licensor)
        return bench.send(bench.desk.functions.answerFor(statement, signature), bench.carrier)

    return [answered("one"), answered("two")]


def _rule(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    return [_upheld(bench, work_id, text) for text in ("one", "two")]


def _upheld(bench: Bench, work_id: int, text: str) -> int:
    dispute_id, _ = _opened(bench, work_id, text)
    _admitted(bench, dispute_id)
    return _ruled(bench, dispute_id, UPHELD)


def _rule_dismissing(bench: Bench) -> list[int]:
    work_id = bench.registered("one")

    def dismissed(text: str) -> int:
        dispute_id, _ = _opened(bench, work_id, text)
        return _ruled(bench, dispute_id, DISMISSED)

    return [dismissed("one"), dismissed("two")]


def _rule_assigning(bench: Bench) -> list[int]:
    works = [bench.registered(text) for text in ("one", "two", "kept")]

    def assigned(work_id: int) -> int:
        dispute_id, _ = _opened(bench, work_id, "one", bench.newcomer)
        _admitted(bench, dispute_id)
        return _ruled(bench, dispute_id, ASSIGNED)

    return [assigned(work_id) for work_id in works[:2]]


def _refund(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    signed = bench.offer(work_id, "one")
    for _ in range(2):
        bench.buy(signed)
    _upheld(bench, work_id, "one")
    calls = [bench.ledger.functions.refund((signed[0], serial), bench.buyer) for serial in (1, 2)]
    return [bench.send(call, bench.buyer) for call in calls]


def _lapse(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    disputes = [_opened(bench, work_id, text)[0] for text in ("one", "two")]
    bench.pass_time(RULING_SECONDS + 1)
    return [bench.send(bench.desk.functions.lapse(dispute), bench.newcomer) for dispute in disputes]


def _claim_bonds(bench: Bench) -> list[int]:
    work_id = bench.registered("one")

    def claimed(text: str) -> int:
        dispute_id, _ = _opened(bench, work_id, text)
        bench.pass_time(RULING_SECONDS + 1)
        bench.send(bench.desk.functions.lapse(dispute_id), bench.newcomer)
        return bench.send(bench.desk.functions.claimBonds(bench.opener, bench.opener), bench.opener)

    return [claimed("one"), claimed("two")]


OPERATIONS = {
    "admit": _admit,
    "answer": _answer,
    "answerFor": _answer_for,
    "claimBonds": _claim_bonds,
    "lapse": _lapse,
    "openDispute": _open,
    "refund": _refund,
    "rule": _rule,
    "ruleAssigning": _rule_assigning,
    "ruleDismissing": _rule_dismissing,
}
