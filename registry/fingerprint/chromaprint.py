"""Chromaprint's vector of a sound, where the system has its library: LGPL, so it is loaded and not bundled.

The functions are those of chromaprint.h 1.5. A worker loads the library before it closes its doors.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Final

import numpy as np

from registry.fingerprint.sound import RATE, Samples

LIBRARY: Final = "chromaprint"
_DEFAULT_ALGORITHM = 1  # CHROMAPRINT_ALGORITHM_DEFAULT, with which ISO 24138 makes its vectors
_LOUDEST = 32_767
_LEVELS = ctypes.POINTER(ctypes.c_int16)
_VECTOR = ctypes.POINTER(ctypes.c_int32)


class Chromaprint:
    """The library, loaded."""

    def __init__(self, path: str) -> None:
        """Load it.

        Raises:
            OSError: There is no such library, or it is another one.
        """
        self._library = ctypes.CDLL(path)
        try:
            self._declare()
        except AttributeError as error:
            raise OSError(f"{path} is not Chromaprint") from error

    @property
    def version(self) -> str:
        """Its release: "1.5.1"."""
        return str(self._library.chromaprint_get_version().decode("ascii", "replace"))

    def vector(self, samples: Samples) -> list[int]:
        """One signed 32-bit number for each eighth of a second of mono samples at `RATE`.

        Empty for a sound of less than about three seconds, which is too short for one.

        Raises:
            MemoryError: It has none left.
        """
        levels = np.ascontiguousarray(np.rint(np.clip(samples, -1, 1) * _LOUDEST).astype(np.int16))
        context = self._library.chromaprint_new(_DEFAULT_ALGORITHM)
        if not context:
            raise MemoryError
        try:
            fed = (
                self._library.chromaprint_start(context, RATE, 1)
                and self._library.chromaprint_feed(context, levels.ctypes.data_as(_LEVELS), len(levels))
                and self._library.chromaprint_finish(context)
            )
            return self._numbers(context) if fed else []
        finally:
            self._library.chromaprint_free(context)

    def _numbers(self, context: int) -> list[int]:
        vector, length = _VECTOR(), ctypes.c_int()
        found = self._library.chromaprint_get_raw_fingerprint(
            context, ctypes.byref(vector), ctypes.byref(length)
        )
        if not found:
            return []
        try:
            return list(vector[: length.value])
        finally:
            self._library.chromaprint_dealloc(vector)

    def _declare(self) -> None:
        handle, integer = ctypes.c_void_p, ctypes.c_int
        for name, result, arguments in (
            ("get_version", ctypes.c_char_p, ()),
            ("new", handle, (integer,)),
            ("free", None, (handle,)),
            ("start", integer, (handle, integer, integer)),
            ("feed", integer, (handle, _LEVELS, integer)),
            ("finish", integer, (handle,)),
            ("get_raw_fingerprint", integer, (handle, ctypes.POINTER(_VECTOR), ctypes.POINTER(integer))),
            ("dealloc", None, (ctypes.c_void_p,)),
        ):
            function = getattr(self._library, f"chromaprint_{name}")
            function.restype, function.argtypes = result, arguments


@cache
def installed() -> Chromaprint | None:
    """The system's, if it has one that loads.

    Looking for it starts programs, which a confined worker cannot: it must have asked before.
    """
    path = ctypes.util.find_library(LIBRARY)
    try:
        return Chromaprint(path) if path else None
    except OSError:
        return None
