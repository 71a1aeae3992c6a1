"""`colophon evidence`, `certificate`, `credential`: what proves a record, checked and put into a file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from registry.cli.caller import Caller
from registry.cli.failures import CommandError
from registry.cli.naming import work_named
from registry.documents.credential import read_credential
from registry.errors import InvalidCredentialError
from registry.evidence import Given, Report, verify_bundle
from registry.model import WorkId

_PDF = b"%PDF-"


def fetch_evidence(caller: Caller, named: str, out: Path | None) -> None:
    """The bundle, verified against the deployment that this registry was met with.

    Raises:
        CommandError: It does not hold, is of another work, or the file is there already.
    """
    work_id = work_named(named)
    content = caller.client.evidence(str(work_id))
    report = verify_bundle(content, Given(deployment=caller.session.contracts().manifest_id))
    failure = report.first_failure
    if failure is not None:
        raise _unsound("evidence", f"{failure.title}: {failure.said}")
    if str(work_id).encode("ascii") not in content:
        raise _unsound("evidence", "it is of another work")
    file = _written(content, out or _file_of(work_id, "evidence.json"))
    _tell(caller, work_id, "Evidence", content, file, report)


def fetch_certificate(caller: Caller, named: str, out: Path | None) -> None:
    """The certificate, with the bundle inside.

    Raises:
        CommandError: It is no PDF, or the file is there already.
    """
    work_id = work_named(named)
    content = caller.client.certificate(str(work_id))
    if not content.startswith(_PDF):
        raise _unsound("certificate", "it is no PDF")
    file = _written(content, out or _file_of(work_id, "certificate.pdf"))
    _tell(caller, work_id, "Certificate", content, file)


def fetch_credential(caller: Caller, named: str, out: Path | None) -> None:
    """The credential, its signature checked.

    Raises:
        CommandError: It does not hold, is of another work, or the file is there already.
    """
    work_id = work_named(named)
    content = caller.client.credential(str(work_id))
    try:
        told = read_credential(content)
    except InvalidCredentialError as problem:
        raise _unsound("credential", problem.message) from problem
    subject = told.get("credentialSubject")
    if not isinstance(subject, dict) or subject.get("workId") != str(work_id):
        raise _unsound("credential", "it is of another work")
    file = _written(content, out or _file_of(work_id, "credential.json"))
    _tell(caller, work_id, "Credential", content, file)


def _tell(
    caller: Caller, work_id: WorkId, what: str, content: bytes, file: Path, report: Report | None = None
) -> None:
    terminal = caller.terminal
    digest = f"0x{hashlib.sha256(content).hexdigest()}"
    told = {"work_id": str(work_id), "file": str(file), "bytes": len(content), "sha256": digest}
    terminal.document(told if report is None else {**told, "limits": [str(one) for one in report.limits]})
    terminal.heading(f"{what} written")
    terminal.fact("file", file)
    terminal.fact("bytes", len(content))
    terminal.fact("SHA-256", digest)
    if report is not None:
        terminal.fact("holds up to", ", ".join(map(str, report.limits)) or "all of it")
    check = f"colophon verify-evidence {file} FILE" if report else f"colophon evidence {work_id}"
    terminal.closing(caller.session.page(str(work_id)), check)


def _file_of(work_id: WorkId, kind: str) -> Path:
    return Path(f"colophon-{str(work_id)[2:14]}.{kind}")


def _written(content: bytes, file: Path) -> Path:
    """Never over another file: an older bundle may be of a block that this one is not of."""
    try:
        with file.open("xb") as opened:
            opened.write(content)
    except FileExistsError as problem:
        raise CommandError("file-exists", f"{file} is there already", "--out names another file") from problem
    return file


def _unsound(what: str, problem: str) -> CommandError:
    return CommandError("unsound-evidence", f"the registry's {what} does not hold: {problem}")
