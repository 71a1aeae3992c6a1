"""The ways in: how signed statements reach the registry, several at once or one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registry.cli.folders.outcomes import Refused, Signed, Taken
from registry.cli.folders.patience import Patience
from registry.client import Answer, ColophonClient, ProblemError, UnexpectedAnswerError

TOGETHER = ("log", "batch")
_MOST_AT_ONCE = 50  # half of what the registry takes: a lost answer is soon asked for again

HandIn = Callable[[ColophonClient, Patience, Sequence[Signed]], list[Taken | Refused]]


@dataclass(frozen=True, slots=True)
class Way:
    """A way in: at most how many statements it takes at a time, and what became of each, in their order."""

    most: int
    hand_in: HandIn


def way_in(via: str) -> Way:
    """The way of a name: one of many at once, or a `via` of `POST /v1/works` that the registry carries."""
    if via in TOGETHER:

        def together(
            client: ColophonClient, patience: Patience, signed: Sequence[Signed]
        ) -> list[Taken | Refused]:
            return _together(client, patience, signed, via)

        return Way(_MOST_AT_ONCE, together)

    def alone(client: ColophonClient, patience: Patience, signed: Sequence[Signed]) -> list[Taken | Refused]:
        return [_alone(client, patience, one, via) for one in signed]

    return Way(1, alone)


def _alone(client: ColophonClient, patience: Patience, one: Signed, via: str) -> Taken | Refused:
    try:
        recorded = patience.insist(lambda: client.register(one.draft_id, one.signature, via))
    except ProblemError as problem:
        return Refused(
            one.found, one.content_hash, problem.code, problem.detail, work_id=_earlier(problem.facts)
        )
    return _taken(one, recorded)


def _together(
    client: ColophonClient, patience: Patience, signed: Sequence[Signed], via: str
) -> list[Taken | Refused]:
    items = [(one.draft_id, one.signature) for one in signed]
    answers = patience.insist(lambda: client.register_batch(items, via)).items_of("items")
    if len(answers) != len(signed):
        raise UnexpectedAnswerError("items", f"are {len(answers)} for {len(signed)}")
    told: list[Taken | Refused] = []
    for one, answer in zip(signed, answers, strict=True):
        problem = answer.optional_inner("problem")
        if problem is None:
            told.append(_taken(one, answer.inner("recorded")))
        else:
            code, detail = problem.text("code"), problem.text("detail")
            told.append(Refused(one.found, one.content_hash, code, detail, work_id=_earlier(problem)))
    return told


def _taken(one: Signed, recorded: Answer) -> Taken:
    return Taken(one.found, one.content_hash, one.work_id, recorded.text("receipt_token"))


def _earlier(facts: dict[str, object]) -> str | None:
    """The record that stands in the way of a second one."""
    work_id = facts.get("work_id")
    return work_id if isinstance(work_id, str) else None
