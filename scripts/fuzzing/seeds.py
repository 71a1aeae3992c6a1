"""The files that are damaged: all that a medium's example pairs consist of."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_EXAMPLES = Path(__file__).resolve().parent.parent.parent / "tests" / "media"
_MOST_BYTES = 2 << 20  # larger ones would be decoded a few times a second


def seeds_of(medium: str) -> list[bytes]:
    """The distinct files of `tests/media/<medium>/pairs.py`, each kind of file at least once."""
    path = _EXAMPLES / medium / "pairs.py"
    spec = importlib.util.spec_from_file_location(f"{medium}_seeds", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    files = {data for pair in module.pairs() for data in (pair.query, pair.work)}
    return sorted(data for data in files if 0 < len(data) <= _MOST_BYTES)
