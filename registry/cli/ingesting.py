"""`colophon ingest` and `colophon find`: a catalogue of one's own, on one's own machine."""

from __future__ import annotations

import csv
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from registry.cli.failures import CommandError
from registry.cli.folders.progress import shown
from registry.cli.folders.scanning import scan
from registry.cli.terminal import Terminal
from registry.compose_catalogue import INDEX_SUFFIX, OpenCatalogue, open_catalogue
from registry.errors import InvalidValueError, StoreInUseError
from registry.model import Match
from registry.ports.catalogue import CatalogueFile, Unread
from registry.usecases.ingest import FINGERPRINTED, Ingest, to_do

_MANIFEST = ".csv"
_SHOWN = 10
_NEAR_MISSES = 3


@dataclass(frozen=True, slots=True)
class _Files:
    """The files that are meant, and why others are not read."""

    found: list[CatalogueFile]
    left: list[tuple[str, Unread]]


def ingest_files(terminal: Terminal, source: Path, catalogue: Path, workers: int, *, again: bool) -> None:
    """Fingerprint a folder, a file or the files of a table; the same call again goes on where this stopped.

    Raises:
        CommandError: There is no such source, it is no such table, or the catalogue is something else.
        Exit: Some files have no fingerprint, and why is told.
    """
    files = _files_of(source, apart=catalogue)
    started = time.monotonic()
    with _opened(catalogue, workers, alone=True) as opened:
        wanted = to_do(files.found, opened.catalogue, again=again)
        counts: Counter[str] = Counter()
        if wanted:
            with shown(terminal, len(wanted), "fingerprinting", FINGERPRINTED) as tell:
                run = Ingest(opened.extractor, opened.catalogue, workers, tell)
                run(wanted)
            counts = run.counts
        unread = _unread(files, opened)
        size = opened.catalogue.size()
    seconds = time.monotonic() - started
    terminal.document(
        {
            "catalogue": str(catalogue),
            "files": len(files.found) + len(files.left),
            "fingerprinted": counts[FINGERPRINTED],
            "before": len(files.found) - len(wanted),
            "works": size.works,
            "failures": dict(sorted(Counter(each.code for _, each in unread).items())),
            "unread": [{"file": name, "code": each.code, "detail": each.detail} for name, each in unread],
            "milliseconds": round(1000 * seconds),
        }
    )
    terminal.heading(f"{catalogue} holds {size.works:,} works in {size.files:,} files.")
    terminal.fact("fingerprinted", f"{counts[FINGERPRINTED]:,} in {seconds:.0f} s")
    terminal.fact("before", f"{len(files.found) - len(wanted):,}")
    _tell_unread(terminal, unread)
    terminal.line()
    terminal.fact("next", f"colophon find FILE {catalogue}")
    if unread:
        raise typer.Exit(1)


def find_file(terminal: Terminal, file: Path, catalogue: Path) -> None:
    """Say what of a catalogue a file is, copies or contains, and what it came near to."""
    if not catalogue.is_file():
        raise CommandError("not-found", f"there is no catalogue {catalogue}", "colophon ingest makes one")
    with _opened(catalogue, workers=1, alone=False) as opened:
        matches = opened.catalogue.closest(opened.extractor.look(file))
        paths = opened.catalogue.paths([match.work_id for match in matches])
    near = [match for match in matches if match.judgement.is_match]
    terminal.document({"matches": [_document(match, paths[match.work_id]) for match in near]})
    if not near:
        terminal.heading("Nothing in the catalogue matches this file.")
    for match in near[:_SHOWN]:
        _tell_match(terminal, match, paths[match.work_id])
    if len(near) > _SHOWN:
        terminal.line(f"  … and {len(near) - _SHOWN} more: --json lists them all.")


def _files_of(source: Path, apart: Path) -> _Files:
    if source.is_dir():
        return _folder(source, apart)
    if not source.is_file():
        raise CommandError("not-found", f"{source} is no file and no folder")
    if source.suffix.lower() == _MANIFEST:
        return _looked_at([source.parent / name for name in _named(source)])
    return _looked_at([source])


def _folder(folder: Path, apart: Path) -> _Files:
    """What a folder holds, without the catalogue itself and what lies beside it."""
    found, left = scan(folder)
    own = apart.resolve()
    beside = {own.with_name(own.name + each) for each in ("", "-wal", "-shm", ".lock")}
    index = own.with_name(own.name + INDEX_SUFFIX)
    inside = [
        CatalogueFile(path, one.size, one.modified_ns)
        for one in found
        if (path := folder.resolve() / one.name) not in beside and index not in path.parents
    ]
    return _Files(inside, [(one.name, Unread(one.code, one.detail)) for one in left])


def _named(table: Path) -> list[str]:
    """The cells under `file`; other columns are for others.

    Raises:
        CommandError: It is no table in UTF-8 with a column `file`.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines, strict=True)
            if "file" not in (rows.fieldnames or ()):
                raise CommandError("invalid-manifest", f"{table}: there is no column file")
            return list(dict.fromkeys(row["file"].strip() for row in rows if (row["file"] or "").strip()))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise CommandError("invalid-manifest", f"{table}: {problem}") from problem


def _looked_at(paths: Sequence[Path]) -> _Files:
    found, left = [], []
    for path in paths:
        try:
            now = path.stat()
            if not path.is_file():
                left.append((str(path), Unread("not-a-file", "a folder, device, pipe or socket")))
                continue
        except (OSError, ValueError) as problem:
            left.append((str(path), Unread("unreadable", getattr(problem, "strerror", None) or str(problem))))
            continue
        found.append(CatalogueFile(path.resolve(), now.st_size, now.st_mtime_ns))
    return _Files(found, left)


def _unread(files: _Files, opened: OpenCatalogue) -> list[tuple[str, Unread]]:
    """Every file that was meant and has no fingerprint, those of earlier runs too."""
    known = opened.catalogue.known()
    kept = [(str(file.path), known[file.path][1]) for file in files.found if file.path in known]
    return [*files.left, *((name, why) for name, why in kept if why is not None)]


def _tell_unread(terminal: Terminal, unread: Sequence[tuple[str, Unread]]) -> None:
    for code, count in sorted(Counter(each.code for _, each in unread).items()):
        terminal.fact(code, f"{count:,}")
    for name, each in unread[:_SHOWN]:
        terminal.line(f"    {os.fsencode(name).decode('utf-8', 'backslashreplace')}: {each.detail}")
    if len(unread) > _SHOWN:
        terminal.line(f"    … and {len(unread) - _SHOWN} more: --json lists them all.")


def _tell_match(terminal: Terminal, match: Match, paths: Sequence[Path]) -> None:
    judgement = match.judgement
    first = os.fsencode(paths[0]).decode("utf-8", "backslashreplace")
    terminal.heading(f"{judgement.verdict}: {first}")
    for path in paths[1:_SHOWN]:
        terminal.fact("also", path)
    terminal.fact("distance", f"{judgement.distance} of at most {judgement.threshold} {judgement.unit}")
    terminal.fact("compared", judgement.compared)
    if judgement.region:
        where = (f"{name.replace('_', ' ')} {value}" for name, value in sorted(judgement.region.items()))
        terminal.fact("where", ", ".join(where))


def _document(match: Match, paths: Sequence[Path]) -> Mapping[str, object]:
    judgement = match.judgement
    return {
        "files": [os.fsencode(path).decode("utf-8", "backslashreplace") for path in paths],
        "content_hash": str(match.work_id),
        "verdict": judgement.verdict.value,
        "score": judgement.score,
        "distance": judgement.distance,
        "threshold": judgement.threshold,
        "unit": judgement.unit,
        "compared": judgement.compared,
        "region": judgement.region,
    }


@contextmanager
def _opened(path: Path, workers: int, *, alone: bool) -> Iterator[OpenCatalogue]:
    try:
        with open_catalogue(path, workers, alone=alone) as opened:
            yield opened
    except StoreInUseError as problem:
        raise CommandError("catalogue-in-use", f"another command fills {path}") from problem
    except InvalidValueError as problem:
        if problem.facts["name"] != "catalogue":
            raise
        raise CommandError("not-a-catalogue", f"{path} is no catalogue of this version") from problem
