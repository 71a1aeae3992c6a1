"""One file: handed in, its matches answered as was said beforehand, read, signed. Nobody is asked."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry import statements
from registry.cli.consent import Wish, content_hash, registration_to_sign
from registry.cli.disclosure import Said, require_documents
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.folders.outcomes import ALREADY, CHANGED, NEEDS_ANSWER, Refused, Signed
from registry.cli.folders.patience import Patience
from registry.cli.folders.scanning import Found
from registry.cli.signing import sign
from registry.client import Answer, ColophonClient, ProblemError, UnexpectedAnswerError
from registry.model import Address, Hash32, Registration, WorkId
from registry.statements import Domain

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

# What the caller agrees to before there is any deadline to be seen; a registry asks for less.
LONGEST_HOURS = 24
_CLOCK_SKEW_SECONDS = 900
_MATCHES_KEPT = 10  # of thousands of files, each may resemble a hundred works
_OUTLINE = ("work_id", "claimant", "verdict", "distance", "threshold", "unit")


@dataclass(frozen=True, slots=True)
class Answering:
    """How matches are answered: by work id, or by its first digits, and all others alike, if at all."""

    each: Mapping[str, str]
    others: str | None = None

    @property
    def says_something(self) -> bool:
        """Whether files that wanted an answer may get one now."""
        return bool(self.each) or self.others is not None

    def to(self, match: Answer, claimant: Address) -> str | None:
        """The answer to one match, or None. A work of one's own is acknowledged, if nothing else is said."""
        work_id, own = match.text("work_id"), match.text("claimant") == claimant
        for prefix, kind in self.each.items():
            if work_id.startswith(prefix):
                return kind
        if own:
            return "acknowledged"
        # Only a claim fits the very bytes that somebody else declared; no other answer is stretched to it.
        fits = match.text("verdict") != "identical" or self.others == "adverse-claim"
        return self.others if fits else None


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the registry may keep of each file."""

    preview: bool = False
    deposit: bool = False


@dataclass(frozen=True, slots=True)
class Filing:
    """Makes signed statements of files, from several threads at once."""

    client: ColophonClient
    account: LocalAccount
    claimant: Address
    domain: Domain
    answering: Answering
    keeping: Keeping
    patience: Patience

    def __call__(
        self, path: Path, found: Found, digest: Hash32, facts: Mapping[str, Any]
    ) -> Signed | Refused:
        """The signed statement about a file, or why there is none.

        Raises:
            CommandError: What the registry proposes to sign is not what was said.
            GaveUpError: The registry takes nothing at present.
        """
        try:
            return self._signed(path, found, digest, facts)
        except DishonestRegistryError as problem:
            raise CommandError(
                problem.code, f"{found.name}: {problem.message}; the run ends here"
            ) from problem
        except ProblemError as problem:
            work_id = problem.facts.get("work_id") if problem.code == ALREADY else None
            told = work_id if isinstance(work_id, str) else None
            return Refused(found, digest, problem.code, _with_places(problem), work_id=told)
        except UnexpectedAnswerError as problem:
            return Refused(found, digest, problem.code, problem.message)
        except OSError as problem:
            return Refused(found, digest, "unreadable", problem.strerror or str(problem))

    def _signed(self, path: Path, found: Found, digest: Hash32, facts: Mapping[str, Any]) -> Signed | Refused:
        told = self.patience.insist(lambda: self._hand_in(path, facts))
        report, draft_id = told.inner("report"), told.text("draft_id")
        answers, open_matches = self._answers(report)
        if open_matches:
            kept = tuple(_outline(match) for match in open_matches[:_MATCHES_KEPT])
            return Refused(found, digest, NEEDS_ANSWER, _in_words(open_matches), kept)
        proposal = self.patience.insist(lambda: self.client.answer_draft(draft_id, answers))
        parents = tuple(sorted(WorkId.parse(work) for work, kind in answers.items() if kind == "derivative"))
        try:
            wish = Wish(self.claimant, digest, parents)
            registration = registration_to_sign(proposal.inner("typed_data"), self.domain, wish)
            require_documents(proposal, registration.declaration, Said(facts, report, answers))
        except DishonestRegistryError:
            if content_hash(path) != digest:  # the registry read other bytes than we did, and told the truth
                return Refused(found, None, CHANGED, "it was written to while it was handed in")
            raise
        _require_soon(registration)
        work_id = str(statements.work_id(registration.declaration))
        signature = sign(self.account, statements.digest(registration, self.domain))
        return Signed(found, digest, draft_id, work_id, signature)

    def _hand_in(self, path: Path, facts: Mapping[str, Any]) -> Answer:
        keep = self.keeping
        return self.client.prepare_draft(
            path, self.claimant, facts, keep_preview=keep.preview, keep_deposit=keep.deposit
        )

    def _answers(self, report: Answer) -> tuple[dict[str, str], list[Answer]]:
        answers: dict[str, str] = {}
        unanswered = []
        for match in report.items_of("matches"):
            answer = self.answering.to(match, self.claimant)
            if answer is None:
                unanswered.append(match)
            else:
                answers[match.text("work_id")] = answer
        return answers, unanswered


def _require_soon(registration: Registration) -> None:
    latest = time.time() + LONGEST_HOURS * 3600 + _CLOCK_SKEW_SECONDS
    if registration.deadline > latest:
        raise DishonestRegistryError(
            f"the deadline {registration.deadline} is not to come within {LONGEST_HOURS} hours"
        )


def _outline(match: Answer) -> dict[str, Any]:
    return {name: match[name] for name in _OUTLINE if name in match}


def _in_words(matches: list[Answer]) -> str:
    first, more = matches[0], len(matches) - 1
    told = f"{first.text('verdict')} to {first.text('work_id')} by {first.text('claimant')}"
    return f"{told}, and {more} more" if more else told


def _with_places(problem: ProblemError) -> str:
    """The detail; of a request that is not of its form, with what is wrong."""
    errors = problem.facts.get("errors")
    told = [str(one["msg"]) for one in errors if "msg" in one] if isinstance(errors, list) else []
    return "; ".join([problem.detail, *told])
