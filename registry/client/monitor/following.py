"""From the checkpoint that is kept to the one that is shown: it must grow from it, leaf by leaf."""

from __future__ import annotations

from dataclasses import dataclass

from registry.client.monitor.copy import LogCopy
from registry.client.monitor.growing import Beginning, beginning_of, grow, root_at, why_not_grown
from registry.client.monitor.kept import MonitorFolder
from registry.client.monitor.source import LogSource
from registry.client.monitor.troubles import Kind, TroubleError
from registry.errors import LogError, MalformedLogDataError, UnverifiedNoteError, WrongRootError
from registry.log import Checkpoint, SignedNote, VerifierKey, open_checkpoint

FORK_FORMAT = "colophon.fork/1"


@dataclass(frozen=True, slots=True)
class State:
    """A checkpoint that the log's key signed, and the note that it stands in."""

    checkpoint: Checkpoint
    note: SignedNote


def kept_state(copy: LogCopy, key: VerifierKey) -> State | None:
    """The newest state in the copy, checked against the copy's tiles; None before the first.

    Raises:
        TroubleError: DAMAGED_COPY: signature, root and tiles do not agree; COPY_FAILED.
    """
    content = copy.note()
    if content is None:
        return None
    try:
        note = SignedNote.parse(content)
        checkpoint = open_checkpoint(note, key)
        sound = root_at(copy, checkpoint.size, checkpoint.size) == checkpoint.root
    except LogError as problem:
        raise _damaged(problem.message) from problem
    if not sound:
        raise _damaged(f"its tiles do not lead to the root of its {checkpoint.size} leaves")
    return State(checkpoint, note)


def follow(folder: MonitorFolder, source: LogSource, key: VerifierKey, max_growth: int) -> State | None:
    """The state that the log shows, once the copy has grown to it; None while nothing is logged.

    Raises:
        TroubleError: What does not hold. The copy stays as it was.
    """
    known = kept_state(folder.copy, key)
    shown = _shown(source, key)
    if shown is None:
        if known is not None and known.checkpoint.size:
            raise _rewind(known.checkpoint.size, 0, "the log shows no checkpoint any more")
        return known
    if known is not None and shown.checkpoint.size <= known.checkpoint.size:
        _require_same(folder, key, known, shown)
        return known
    before = known.checkpoint.size if known else 0
    if shown.checkpoint.size - before > max_growth:
        raise TroubleError(
            Kind.OVERSIZED_ANSWER,
            f"the log says to have grown from {before} to {shown.checkpoint.size} leaves: over {max_growth}",
            size=shown.checkpoint.size,
            known_size=before,
        )
    _grow(folder, source, key, known, shown)
    return shown


def _shown(source: LogSource, key: VerifierKey) -> State | None:
    content = source.checkpoint()
    if content is None:
        return None
    try:
        note = SignedNote.parse(content)
        return State(open_checkpoint(note, key), note)
    except MalformedLogDataError as problem:
        raise TroubleError(
            Kind.MALFORMED_ANSWER, f"the checkpoint: {problem.message}", problem=problem.message
        ) from problem
    except UnverifiedNoteError as problem:
        raise TroubleError(
            Kind.UNVERIFIED_CHECKPOINT, f"the checkpoint is not the log's: {problem.message}", key=str(key)
        ) from problem


def _require_same(folder: MonitorFolder, key: VerifierKey, known: State, shown: State) -> None:
    """A checkpoint that is not larger than the one that is kept must be that one."""
    size, whole = shown.checkpoint.size, known.checkpoint.size
    try:
        root = root_at(folder.copy, whole, size)
        if root != shown.checkpoint.root:
            beginning = beginning_of(folder.copy, whole, size) if size < whole else None
            raise _fork(folder, key, shown, known, beginning)
    except LogError as problem:
        raise _damaged(problem.message) from problem
    if size < whole:
        raise _rewind(whole, size, f"the log shows {size} leaves, and showed {whole} before")


def _grow(
    folder: MonitorFolder, source: LogSource, key: VerifierKey, known: State | None, shown: State
) -> None:
    copy, before = folder.copy, known.checkpoint if known else None
    try:
        grow(copy, source, before, shown.checkpoint)
    except WrongRootError:
        beginning = why_not_grown(source, before, shown.checkpoint)
        if known is None:  # `why_not_grown` has told already
            raise
        raise _fork(folder, key, known, shown, beginning) from None
    except LogError as problem:
        raise _damaged(problem.message) from problem
    copy.commit(shown.note.encode())
    memory, size = folder.memory, before.size if before else 0
    if memory is not None:
        copy.drop_partial(memory.superseded, shown.checkpoint.size)
        folder.change(superseded=size)


def _fork(
    folder: MonitorFolder, key: VerifierKey, smaller: State, larger: State, beginning: Beginning | None
) -> TroubleError:
    """The trouble, after both notes are kept as proof.

    Who doubts it checks both signatures, and that the larger tree has `beginning` as its first leaves' root,
    which is not the root that the smaller note signs.
    """
    document = {
        "format": FORK_FORMAT,
        "key": str(key),
        "smaller": smaller.note.encode().decode(),
        "larger": larger.note.encode().decode(),
        "beginning": beginning
        and {
            "size": beginning.size,
            "root": f"0x{beginning.root.hex()}",
            "proof": [f"0x{one.hex()}" for one in beginning.proof],
        },
    }
    path = folder.keep_proof(document)
    sizes = smaller.checkpoint.size, larger.checkpoint.size
    return TroubleError(
        Kind.FORK,
        f"the log's key signed two histories: its {sizes[0]} leaves are not the beginning of its {sizes[1]}",
        sizes=list(sizes),
        proof=str(path) if path else None,
    )


def _rewind(known: int, shown: int, problem: str) -> TroubleError:
    return TroubleError(Kind.REWIND, problem, known_size=known, size=shown)


def _damaged(problem: str) -> TroubleError:
    return TroubleError(
        Kind.DAMAGED_COPY, f"the monitor's own copy is damaged ({problem}): begin in another folder"
    )
