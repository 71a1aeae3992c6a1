"""What a command cannot do, and how it is told: one sentence and a stable code, never a trace."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import typer

from registry.cli.plain import printable
from registry.errors import ChainInUseError, DeploymentChangedError, RegistryError, StoreInUseError

REFUSED = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
_DOCUMENTS: ContextVar[list[object]] = ContextVar("documents")  # what a command told a script so far


class CommandError(Exception):
    """A command stops, for a reason of its own; `hint` is what may be tried next."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class NeedsTerminalError(CommandError):
    """A question would have to be asked, and nobody is there to answer."""

    def __init__(self, question: str, instead: str) -> None:
        super().__init__("needs-an-answer", f"{question}: nobody can be asked here; {instead}")


class DishonestRegistryError(CommandError):
    """The registry asks to sign something else than what was asked for. Nothing was signed."""

    def __init__(self, what: str) -> None:
        super().__init__("dishonest-registry", f"nothing was signed: {what}")


@contextmanager
def told_plainly(*, as_json: bool = False) -> Iterator[None]:
    """Turn expected failures into a sentence on standard error and exit code 1.

    A script gets one document: the failure's, unless the command has told what it did before it failed.
    """
    before = _DOCUMENTS.set([])
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except Exception as problem:
        told = _told(problem)
        if told is None:
            raise
        code, message, hint = told
        if as_json and not _DOCUMENTS.get():
            sys.stdout.write(json.dumps({"code": code, "detail": message}) + "\n")
        typer.echo(f"{typer.style('error', fg='red')} {printable(message)} [{printable(code)}]", err=True)
        if hint:
            typer.echo(hint, err=True)
        raise typer.Exit(REFUSED) from problem
    finally:
        _DOCUMENTS.reset(before)


def note_document(document: object) -> None:
    """Remember that a script has its document: a failure that follows prints none of its own."""
    documents = _DOCUMENTS.get(None)
    if documents is not None:
        documents.append(document)


def _told(problem: Exception) -> tuple[str, str, str | None] | None:
    if isinstance(problem, CommandError):
        return problem.code, problem.message, problem.hint
    if isinstance(problem, RegistryError):
        return problem.code, problem.message, _hint(problem)
    if isinstance(problem, OSError) and problem.filename is not None:
        return "file-failed", f"{problem.filename}: {problem.strerror}", None
    # The client is loaded only by commands that use it: where it was not, nothing of it was raised.
    if "registry.client.failures" in sys.modules:
        from registry.client.failures import ClientError, ProblemError

        if isinstance(problem, ClientError):
            facts = problem.facts if isinstance(problem, ProblemError) else {}
            return problem.code, _with_places(problem.message, facts), _HINTS.get(problem.code)
    return None


def _with_places(message: str, facts: dict[str, object]) -> str:
    """A request that is not of its form is told with what is wrong, place by place."""
    errors = facts.get("errors")
    if not isinstance(errors, list):
        return message
    return "; ".join(
        [message, *(str(error["msg"]) for error in errors if isinstance(error, dict) and "msg" in error)]
    )


def _hint(problem: RegistryError) -> str | None:
    match problem:
        case ChainInUseError() | StoreInUseError():
            return "stop that process first, or choose another folder with --data"
        case DeploymentChangedError():
            folder = Path(str(problem.facts["folder"]))
            command = shlex.join(["mv", str(folder), str(_free_name(folder))])
            return f"put it aside, deleting nothing, and start again:\n  {command}"
        case _:
            return _HINTS.get(problem.code)


# What may be tried next, whether this program or the registry found that it cannot be done.
_HINTS = {
    "not-allowed": "sign with another key: --key NAME; yours are listed by: colophon keys list",
    "not-title-holder": "sign with another key: --key NAME; yours are listed by: colophon keys list",
    "title-frozen": "see the dispute: colophon dispute show WORK",
    "too-early": "type the same command again then",
    "deployment-in-progress": "run the same command again when that has ended: it finds what is there",
    "quota-spent": "type the same command again then",
    "stale-offer": "see the work's offers of today: colophon show WORK",
    "offer-unavailable": "see the work's offers of today: colophon show WORK",
}


def _free_name(folder: Path) -> Path:
    """A name beside the folder that nothing has: `mv` into an existing one would hide it inside."""
    number = 1
    while (free := folder.with_name(f"{folder.name}.before-{number}")).exists():
        number += 1
    return free
