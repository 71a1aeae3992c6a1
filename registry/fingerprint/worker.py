"""A decoder worker, run as a module: it limits itself, then answers one file at a time."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from registry.errors import RegistryError
from registry.fingerprint import limits, sandbox, wire
from registry.fingerprint.base import Glancing, Media, Medium
from registry.model import Extraction, Hash32

_MOST_TRACE = 4_000  # characters: enough of a traceback to mend the decoder by


def main(media_module: str, memory_bytes: int) -> None:
    """Serve requests on standard input until it ends; answer on what was standard output."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())  # a decoder that prints must not speak into the answers
    media: Media = importlib.import_module(media_module).MEDIA
    for medium in media.values():
        medium.prepare()
    limits.limit_process(memory_bytes)
    confined = sandbox.is_supported()
    if confined:
        sandbox.close_doors()
    os.dup2(nowhere, sys.stderr.fileno())  # nor fill the registry's own log with what files make it say
    _send(answers, {"ready": True, "confined": confined})
    while (request := wire.read_frame(sys.stdin.buffer)) is not None:
        limits.limit_next_file(request["seconds"])
        _send(answers, _answer(media, request))


def _answer(media: Media, request: dict[str, Any]) -> dict[str, Any]:
    try:
        medium = media[request["medium"]]
        extraction = _ways(medium)[request["way"]](
            Path(request["path"]),
            Hash32.parse(request["content_hash"]),
            request["bytes"],
            request["media_type"],
        )
    except MemoryError:
        return {"out_of_memory": True}
    except RegistryError as failure:
        return {"failure": wire.failure_to_wire(failure)}
    except Exception:  # noqa: BLE001 - the parent logs it, reports a crash and discards this worker
        return {"crashed": traceback.format_exc()[-_MOST_TRACE:]}
    return {"extraction": wire.extraction_to_wire(extraction)}


def _ways(medium: Medium) -> Mapping[str, Callable[[Path, Hash32, int, str], Extraction]]:
    """How much of a fingerprint can be taken."""
    ways = {"extract": medium.extract}
    return ways | {"glance": medium.glance, "look": medium.look} if isinstance(medium, Glancing) else ways


def _send(answers: BinaryIO, document: dict[str, Any]) -> None:
    answers.write(wire.frame(document))
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
