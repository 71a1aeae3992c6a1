"""`colophon commit`, `reveal`, `prove-earlier` and `cancel`: dates fixed before anything is shown."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry import statements
from registry.cli.acting import Ending, perform
from registry.cli.caller import Caller
from registry.cli.commitments import Commitments, Kept
from registry.cli.declaring import Description, Draft, consent, prepare, record
from registry.cli.failures import CommandError
from registry.cli.naming import declaration_named, work_named
from registry.cli.registering import VIA_REGISTER
from registry.cli.signing import sign
from registry.client import Answer, UnexpectedAnswerError
from registry.model import (
    UINT64_MAX,
    Address,
    CancelDeclaration,
    Commit,
    Declaration,
    Hash32,
    Inclusion,
    RegisterFromLog,
    Registration,
    Reveal,
    WorkId,
)

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_MAX_PROOF_BYTES = 2**16  # 64 siblings of 32 bytes as hex, many times over


def commit_files(caller: Caller, descriptions: Sequence[Description]) -> None:
    """Fix today's date for files that nobody shall see yet.

    The registry keeps their declarations for the holder of the receipts; the chain sees salted hashes.
    """
    claimant = caller.address()
    account = caller.session.keys.unlock(claimant)
    commitments = _commitments(caller)
    declared = [_declared(caller, one, claimant, account) for one in descriptions]
    acts = [Commit(_committed(commitments, one)) for one in declared]
    works = [str(statements.work_id(one)) for one in declared]
    ending = Ending(
        heading="Committed: the date is fixed, and nothing is shown.",
        page=caller.session.page(works[0]),
        following=f"colophon reveal {works[0]}",
        facts={"works": works, "reveal": "a minute later or more, with the salt that this computer keeps"},
    )
    perform(caller, acts, ending, account)


def reveal_work(caller: Caller, work: str) -> None:
    """Record what was committed here, with the date of its commitment.

    Raises:
        CommandError: Nothing of this work was committed here, or it is revealed.
    """
    work_id, commitments = work_named(work), _commitments(caller)
    kept = _kept(commitments, work_id)
    reveal = Reveal(_registration(kept.declaration), kept.salt, b"")
    outcomes = perform(caller, [reveal], _ending(caller, work_id, "Revealed"))
    _forget(commitments, work_id, outcomes)


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves an earlier date: a commitment's salt, or a file with an inclusion; else the kept salt."""

    salt: str | None
    inclusion: Path | None


def prove_earlier(caller: Caller, work: str, proof: Proof) -> None:
    """Bring an earlier proof for a recorded work: its date moves to that of the proof, never later.

    Raises:
        CommandError: There is no proof.
        InvalidProofError, NotFoundError, TooEarlyError: The contract does not accept it.
    """
    work_id, commitments = work_named(work), _commitments(caller)
    declaration = declaration_named(caller.client, work_id)
    caller.terminal.note("The work is recorded: an earlier proof moves its date, a later one does nothing.")
    ending = _ending(caller, work_id, "The earlier proof was brought")
    if proof.inclusion is not None:
        deadline, inclusion = inclusion_in(proof.inclusion)
        perform(caller, [RegisterFromLog(Registration(declaration, deadline), b"", inclusion)], ending)
        return
    salt = Hash32.parse(proof.salt.lower()) if proof.salt else _kept(commitments, work_id).salt
    outcomes = perform(caller, [Reveal(_registration(declaration), salt, b"")], ending)
    if proof.salt is None:
        _forget(commitments, work_id, outcomes)


def cancel_declaration(caller: Caller, work: str) -> None:
    """Withdraw the signature over a declaration that is not recorded yet; the receipt is needed to see it."""
    work_id = work_named(work)
    cancel = CancelDeclaration(declaration_named(caller.client, work_id))
    perform(caller, [cancel], _ending(caller, work_id, "Withdrawn: nobody can record it for you any more"))


def _declared(
    caller: Caller, description: Description, claimant: Address, account: LocalAccount
) -> Declaration:
    ready = prepare(caller.session, description, claimant)
    if isinstance(ready, Draft):
        domain = consent(caller.session, [ready])
        signature = sign(account, statements.digest(ready.registration, domain))
        record(caller.session, ready, signature, VIA_REGISTER)
        return ready.registration.declaration
    return ready


def _committed(commitments: Commitments, declaration: Declaration) -> Hash32:
    """The hash to commit; its salt is kept first. A second commitment is the first one again."""
    work_id = statements.work_id(declaration)
    kept = commitments.find(work_id)
    if kept is None:
        kept = Kept(declaration, Hash32(os.urandom(Hash32.SIZE)))
        commitments.keep(work_id, kept)
    return statements.commitment(work_id, kept.salt)


def _commitments(caller: Caller) -> Commitments:
    return Commitments.of(caller.session.keys.folder, caller.session.contracts())


def _kept(commitments: Commitments, work_id: WorkId) -> Kept:
    kept = commitments.find(work_id)
    if kept is None:
        raise CommandError(
            "unknown-commitment",
            f"no commitment to {work_id} is kept in {commitments.file.path}",
            "its salt is on the computer that made it; it is forgotten once it is revealed",
        )
    return kept


def _registration(declaration: Declaration) -> Registration:
    """Without a signature, as its claimant sends it or it is recorded already; so it need not expire."""
    return Registration(declaration, UINT64_MAX)


def _forget(commitments: Commitments, work_id: WorkId, outcomes: list[Answer]) -> None:
    if all(one.text("status") == "mined" for one in outcomes):
        commitments.drop(work_id)


def _ending(caller: Caller, work_id: WorkId, heading: str) -> Ending:
    return Ending(heading, caller.session.page(str(work_id)), f"colophon show {work_id}")


def inclusion_in(path: Path) -> tuple[int, Inclusion]:
    """The deadline that was signed, and the way from the statement to an anchored root.

    Raises:
        CommandError: The file holds no such proof.
    """
    try:
        if path.stat().st_size > _MAX_PROOF_BYTES:
            raise ValueError  # noqa: TRY301  # told like a file that is no JSON
        told = json.loads(path.read_text("utf-8"))
        return inclusion_told(Answer.of(told, path.name))
    except (ValueError, UnexpectedAnswerError) as problem:
        raise CommandError("unknown-proof", f"{path} holds no proof of inclusion") from problem


def inclusion_told(answer: Answer) -> tuple[int, Inclusion]:
    """The same as a registry tells it."""
    inclusion = answer.inner("inclusion")
    siblings = inclusion.get("proof")
    return answer.integer("deadline"), Inclusion(
        log=Address(inclusion.text("log")),
        root=Hash32.parse(inclusion.text("root")),
        size=inclusion.integer("size"),
        leaf_index=inclusion.integer("leaf_index"),
        proof=tuple(Hash32.parse(str(one)) for one in (siblings if isinstance(siblings, list) else [])),
    )
