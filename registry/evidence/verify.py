"""A bundle checked offline in numbered steps, each with its result and with what it does not prove."""

from __future__ import annotations

from registry import schemas
from registry.errors import RegistryError
from registry.evidence.case import NOTHING_GIVEN, Case, Given, Step
from registry.evidence.chain_steps import CHAIN_STEPS
from registry.evidence.document import read_document
from registry.evidence.later_steps import LATER_STEPS
from registry.evidence.log_steps import LOG_STEPS
from registry.evidence.reading import parts_of
from registry.evidence.record_steps import RECORD_STEPS
from registry.evidence.verdicts import Level, RefusedError, Report, Result, StepReport, failed_with

STEPS: tuple[Step, ...] = (*RECORD_STEPS, *LOG_STEPS, *CHAIN_STEPS, *LATER_STEPS)
_FIRST = "Document"
_FIRST_LEAVES_OPEN = "anything of what the bundle says: it can be read, no more"


def verify_bundle(content: bytes, given: Given = NOTHING_GIVEN) -> Report:
    """Check a bundle, as the bytes of its file, with whatever a person brings.

    No bundle makes this raise. What a witness raises, or reading the file, goes through to whoever gave it.
    """
    try:
        case = read_case(content, given)
    except (RefusedError, RegistryError) as problem:
        unread = [
            StepReport(number, step.title, Result.NOT_CHECKED, "the bundle cannot be read", step.not_proven)
            for number, step in enumerate(STEPS, start=2)
        ]
        return Report((_failed(1, _FIRST, _FIRST_LEAVES_OPEN, problem), *unread))
    said = f"well formed: {len(content)} bytes, {case.parts.kind} record"
    first = StepReport(1, _FIRST, Result.PASSED, said, _FIRST_LEAVES_OPEN)
    return Report((first, *(_taken(number, step, case) for number, step in enumerate(STEPS, start=2))))


def read_case(content: bytes, given: Given = NOTHING_GIVEN) -> Case:
    """A bundle as it says of itself, with nothing of it checked but its form.

    Raises:
        RefusedError, RegistryError: It cannot be read; `failed_with` tells why.
    """
    document = read_document(content)
    schemas.check_first("evidence", document)
    return Case(document, parts_of(document), given)


def _taken(number: int, step: Step, case: Case) -> StepReport:
    try:
        found = step.check(case)
    except (RefusedError, RegistryError) as problem:
        return _failed(number, step.title, step.not_proven, problem)
    return StepReport(number, step.title, found.result, found.said, step.not_proven, None, found.limit)


def _failed(number: int, title: str, not_proven: str, problem: RefusedError | RegistryError) -> StepReport:
    code, said = failed_with(problem)
    return StepReport(number, title, Result.FAILED, said, not_proven, code, Level.FAILED)
