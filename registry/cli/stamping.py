"""`colophon stamp`: time stamps by others, asked for, checked, and put into the bundle that they are of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.cli.failures import CommandError
from registry.cli.plain import printable
from registry.cli.replacing import Put, making, replacing
from registry.cli.terminal import Terminal
from registry.client.calendars import ask_calendars, upgrade
from registry.client.failures import ClientError
from registry.client.timestamps import (
    PATIENCE_SECONDS,
    BadTimestamperAnswerError,
    TimestamperError,
    ask_authority,
)
from registry.errors import RegistryError
from registry.evidence import Attachment, Result, Token, verify_bundle
from registry.evidence.attaching import check_room, to_stamp, with_attachments
from registry.evidence.case import Case
from registry.evidence.opening import read_bundle
from registry.evidence.timestamps import (
    PendingAttestation,
    Proof,
    TimestampReport,
    Trust,
    check_timestamp,
    decode_proof,
    pruned,
)
from registry.evidence.verify import read_case
from registry.evidence.vouching import headers_typed, roots_in


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is asked for time stamps, whom the caller believes, and how long each may be silent."""

    authorities: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    roots: tuple[Path, ...] = ()
    headers: tuple[str, ...] = ()
    seconds: float = PATIENCE_SECONDS

    def trust(self) -> Trust:
        """Whom to believe.

        Raises:
            InvalidValueError: A root or a header is none.
            OSError: A file of roots cannot be read.
        """
        return Trust(roots_in(self.roots), headers_typed(self.headers))


@dataclass(slots=True)
class _Asked:
    """What came of asking: each time stamp that holds with what is found of it, and who gave none."""

    got: list[tuple[Attachment, TimestampReport, str]] = field(default_factory=list)
    problems: list[tuple[str, ClientError | RegistryError]] = field(default_factory=list)

    def take(self, url: str, ask: Callable[[], tuple[Attachment, TimestampReport] | None]) -> None:
        """Note what somebody gives, or that they do not."""
        try:
            given = ask()
        except (TimestamperError, RegistryError) as problem:
            self.problems.append((url, problem))
        else:
            if given is not None:
                self.got.append((*given, url))


def stamp_bundle(terminal: Terminal, bundle: Path, out: Path | None, wanted: Wanted) -> None:
    """Ask everybody named for a stamp of the record, and put those that hold into the bundle.

    Raises:
        CommandError: The bundle does not hold, nobody is named, or not all gave a stamp (those of the others
            are in the bundle).
        EvidenceTooLargeError: The bundle would have more time stamps than it may.
        TimestamperError: The only one that was asked gave none; the bundle is as it was.
        OSError: A file cannot be read or written.
    """
    authorities, calendars = tuple(dict.fromkeys(wanted.authorities)), tuple(dict.fromkeys(wanted.calendars))
    if not authorities and not calendars:
        raise CommandError("nobody-to-ask", "name an authority with --tsa or a calendar with --calendar")
    trust = wanted.trust()
    content, case = _holding(bundle)
    # Each calendar makes a proof of its own: one that lies spoils no other's.
    check_room(case, len(authorities) + len(calendars))
    _, digest = to_stamp(case)

    def token(url: str) -> tuple[Attachment, TimestampReport]:
        given = ask_authority(url, digest, trust.roots, wanted.seconds)
        return _checked(case, url, Attachment(Token.RFC3161, given), trust)

    def proof(url: str) -> tuple[Attachment, TimestampReport]:
        given = ask_calendars([url], digest, wanted.seconds).encoded()
        return _checked(case, url, Attachment(Token.OPENTIMESTAMPS, given), trust)

    asked = _Asked()
    with _place(bundle, content, out) as put:
        for ask, urls in ((token, authorities), (proof, calendars)):
            for url in urls:
                with terminal.waiting(f"asking {printable(url)}"):
                    asked.take(url, lambda ask=ask, url=url: ask(url))  # type: ignore[misc]
        if asked.got:
            stamped = _sealed(case, [*case.parts.attachments, *(one for one, _, _ in asked.got)])
            put(stamped)
            _tell(terminal, case, out or bundle, stamped, asked)
    _leave(terminal, asked)


def upgrade_bundle(terminal: Terminal, bundle: Path, out: Path | None, wanted: Wanted) -> None:
    """Ask calendars for the rest of the proofs in the bundle that wait for a block.

    Raises:
        CommandError: The bundle does not hold, no proof in it waits, or no calendar of one is named.
        TimestamperError: The only one that was asked does not answer; the bundle is as it was.
        OSError: A file cannot be read or written.
    """
    trust = wanted.trust()
    content, case = _holding(bundle)
    waiting = dict(_open_proofs(case, prunes=bool(trust.headers)))
    if not waiting:
        raise CommandError("nothing-waits", f"no proof in {bundle} waits for a calendar")
    named = {url.rstrip("/") for url in wanted.calendars}
    if not trust.headers:
        _require_named(waiting, named)
    asked, attachments = _Asked(), list(case.parts.attachments)

    def rest(number: int) -> tuple[Attachment, TimestampReport] | None:
        return _completed(case, number, waiting[number], (named, trust, wanted.seconds))

    with _place(bundle, content, out) as put:
        for number, proof in waiting.items():
            came = len(asked.got)
            with terminal.waiting("asking the calendars"):
                asked.take(_whose(proof), lambda number=number: rest(number))  # type: ignore[misc]
            if len(asked.got) > came:
                attachments[number] = asked.got[-1][0]
        if asked.got:
            stamped = _sealed(case, attachments)
            put(stamped)
            _tell(terminal, case, out or bundle, stamped, asked)
    if not asked.got and not asked.problems:
        _tell_nothing_new(terminal, bundle, len(waiting))
    _leave(terminal, asked)


def _holding(bundle: Path) -> tuple[bytes, Case]:
    """A bundle of which no step fails, without anybody's word: nothing of another is ever asked for."""
    content = read_bundle(bundle)
    failed = verify_bundle(content).first_failure
    if failed is not None:
        raise CommandError(
            "unsound-evidence",
            f"{bundle} does not hold, nobody was asked: step {failed.number}, {failed.title} "
            f"[{failed.code}]: {failed.said}",
        )
    return content, read_case(content)


def _place(bundle: Path, content: bytes, out: Path | None) -> AbstractContextManager[Put]:
    if out is None or (out.exists() and out.samefile(bundle)):
        return replacing(bundle, content)
    return making(out)


def _checked(
    case: Case, url: str, attachment: Attachment, trust: Trust
) -> tuple[Attachment, TimestampReport]:
    """A time stamp that would not fail the bundle, with what it comes to."""
    report = check_timestamp(attachment.type, attachment.content, case.stamps, trust)
    if report.result is Result.FAILED:
        raise BadTimestamperAnswerError(url, report.said, report.verdict)
    return attachment, report


def _sealed(case: Case, attachments: Sequence[Attachment]) -> bytes:
    """The new file, verified once more as whoever reads it will."""
    content = with_attachments(case, attachments)
    failed = verify_bundle(content).first_failure
    if failed is not None:
        raise CommandError("unsound-evidence", f"the bundle would not hold any more: {failed.said}")
    return content


def _open_proofs(case: Case, *, prunes: bool) -> Iterator[tuple[int, Proof]]:
    """Those that wait for a calendar; whoever has a block's header may prune any."""
    for number, one in enumerate(case.parts.attachments):
        if one.type is Token.OPENTIMESTAMPS:
            proof = decode_proof(one.content)
            if prunes or _calendars(proof):
                yield number, proof


def _calendars(proof: Proof) -> list[str]:
    """Where the rest of a proof is to be had."""
    found = (path.attestation for path in proof.paths)
    return list(dict.fromkeys(one.uri for one in found if isinstance(one, PendingAttestation)))


def _whose(proof: Proof) -> str:
    return ", ".join(_calendars(proof)) or "a proof that waits for nobody"


def _require_named(waiting: dict[int, Proof], named: set[str]) -> None:
    """A bundle may be a stranger's: no address is asked because it says so."""
    known = dict.fromkeys(url for proof in waiting.values() for url in _calendars(proof))
    if not named.intersection(url.rstrip("/") for url in known):
        raise CommandError(
            "which-calendar",
            f"the proofs wait for {', '.join(known)}: none of these was named",
            f"if you trust it to be asked: --calendar {next(iter(known))}",
        )


def _completed(
    case: Case, number: int, proof: Proof, how: tuple[set[str], Trust, float]
) -> tuple[Attachment, TimestampReport] | None:
    """A proof with what its calendars know by now; None if that is nothing new."""
    named, trust, seconds = how
    longer = upgrade(proof, named, seconds)
    # A promise that is still open is kept beside a block for which nobody vouches: that block may be made up.
    if trust.headers or not set(_calendars(proof)).intersection(_calendars(longer)):
        longer = pruned(longer, trust.headers or None)
    attachment = Attachment(Token.OPENTIMESTAMPS, longer.encoded())
    checked = _checked(case, f"attachment {number}", attachment, trust)
    return None if longer == proof else checked


def _tell(terminal: Terminal, case: Case, file: Path, content: bytes, asked: _Asked) -> None:
    name, digest = to_stamp(case)
    terminal.document(
        {
            "file": str(file),
            "bytes": len(content),
            "sha256": f"0x{hashlib.sha256(content).hexdigest()}",
            "subject": name,
            "digest": str(digest),
            "stamps": [_document(report, url) for _, report, url in asked.got],
            "problems": [
                {"from": url, "code": problem.code, "detail": problem.message}
                for url, problem in asked.problems
            ],
        }
    )
    count = len(asked.got)
    terminal.heading(f"{count} time {'stamp' if count == 1 else 'stamps'} in the bundle")
    terminal.fact("file", file)
    for _, report, url in asked.got:
        terminal.fact(str(report.kind), f"{report.said} ({url})")
        terminal.fact("does not prove", report.not_proven)
    terminal.fact("next", _following(file, asked))


def _document(report: TimestampReport, url: str) -> dict[str, Any]:
    return {
        "type": str(report.kind),
        "from": url,
        "result": str(report.result),
        "verdict": str(report.verdict),
        "said": report.said,
    }


def _following(file: Path, asked: _Asked) -> str:
    if any(report.kind is Token.RFC3161 for _, report, _ in asked.got):
        return f"colophon verify-evidence {file} --tsa-root PEM"
    if any(report.result is Result.NOT_CHECKED for _, report, _ in asked.got):
        return f"colophon stamp {file} --upgrade --calendar URL, in a few hours"
    return f"colophon verify-evidence {file} --bitcoin-header HEIGHT=HEX"


def _tell_nothing_new(terminal: Terminal, bundle: Path, waiting: int) -> None:
    terminal.document({"file": str(bundle), "stamps": [], "problems": []})
    terminal.heading("Nothing new is known of what waits")
    terminal.fact("file", bundle)
    terminal.fact("waiting", waiting)
    terminal.fact("next", "type the same command again in a few hours")


def _leave(terminal: Terminal, asked: _Asked) -> None:
    if not asked.problems:
        return
    if not asked.got and len(asked.problems) == 1:
        raise asked.problems[0][1]
    for url, problem in asked.problems:
        terminal.note(f"no stamp from {printable(url)}: {printable(problem.message)} [{problem.code}]")
    every = len(asked.problems) + len(asked.got)
    raise CommandError("stamps-incomplete", f"{len(asked.problems)} of {every} gave no stamp that holds")
