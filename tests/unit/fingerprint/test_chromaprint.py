"""The ISCC Audio-Code: made where Chromaprint's library is, its absence stated where it is not."""

import ctypes.util
import os
from pathlib import Path

import iscc_lib
import numpy as np
import pytest

from registry.fingerprint import iscc
from registry.fingerprint.audio_extraction import interoperable
from registry.fingerprint.chromaprint import Chromaprint, installed
from registry.fingerprint.pool import DecoderPool
from registry.fingerprint.sound import RATE
from tests.media.media_files import extract, sample

PRELUDE = sample("prelude-in-c.wav")
NOISE = np.random.default_rng(1).normal(0, 0.2, RATE * 20).astype(np.float32)


def _states(stated: object) -> bool:
    """Whether a record says of the library on this system what is true."""
    library = installed()
    return stated == (f"chromaprint {library.version}" if library else "absent: no libchromaprint")


def test_a_record_has_the_code_or_states_its_absence(tmp_path: Path) -> None:
    extraction = extract(tmp_path, PRELUDE)
    assert _states(extraction.facts["iscc_audio"])
    assert (extraction.code("iscc-audio/0") is not None) == (installed() is not None)


def test_a_confined_worker_makes_the_same_record(tmp_path: Path) -> None:
    path = tmp_path / "prelude.wav"
    path.write_bytes(PRELUDE)
    with DecoderPool(workers=1, wait_seconds=60) as pool:
        from_worker = pool.extract(path)
    assert from_worker.record() == extract(tmp_path, PRELUDE).record()


def test_the_library_is_where_changes_are_checked() -> None:
    assert installed() is not None or not os.environ.get("CI"), "install libchromaprint1"


def test_without_the_library_there_is_no_code_and_the_record_says_so() -> None:
    assert interoperable(NOISE, None) == ((), "absent: no libchromaprint")


def test_a_library_that_is_not_chromaprint_is_not_loaded() -> None:
    path = ctypes.util.find_library("c")
    assert path is not None
    with pytest.raises(OSError, match="is not Chromaprint"):
        Chromaprint(path)
    with pytest.raises(OSError, match="no-such"):
        Chromaprint("/no-such-library.so")


def test_a_vector_is_as_long_as_the_sound_and_begins_as_that_of_its_beginning() -> None:
    library = installed()
    if library is not None:
        short, long = (library.vector(NOISE[: seconds * RATE]) for seconds in (5, 20))
        assert len(short) == pytest.approx(8 * 2.5, abs=8)
        assert len(long) == pytest.approx(8 * 17.5, abs=8)
        assert long[: len(short) - 2] == short[:-2]
        assert all(-(2**31) <= number < 2**31 for number in long)


def test_a_moment_has_no_vector_and_the_record_says_so() -> None:
    library = installed()
    if library is not None:
        for length in (0, 1, RATE):
            assert interoperable(NOISE[:length], library) == ((), "absent: too short")


def test_codes_are_those_of_the_standards_test_vectors() -> None:
    assert iscc_lib.conformance_selftest()
    assert iscc.audio_code([0] * 8).value.startswith("ISCC:EI")
    assert iscc.audio_code([1, 2, 3]) == iscc.audio_code([1, 2, 3])
    assert iscc.audio_code([1, 2, 3]) != iscc.audio_code([-1, 2, 3])
