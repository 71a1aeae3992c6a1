"""How a fingerprint that a claimant declared stands to the one that the registry took of the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

MEASURED: Final = frozenset({"landmarks/2", "sift-64/1", "video-frames/1", "video-local/1"})
# Features of points and peaks: another processor may round one of them otherwise.


class FingerprintCheck(StrEnum):
    """Whether the registry has seen the file that a fingerprint is said to be of, and what came of it."""

    UNCHECKED = "unchecked"
    AGREES = "agrees"
    DIFFERS = "differs"


def checked(declared: Mapping[str, Any], taken: Mapping[str, Any] | None) -> FingerprintCheck:
    """What the registry's own record of a file says of the declared one; both `colophon.fingerprint/1`.

    A declared record agrees if it is of the same medium and number of bytes and all of its codes and
    features, of which it has at least one, are the registry's too. It may have fewer: another release of the
    programs computes other codes, and nothing false was said by leaving one out. Facts are not compared,
    they follow the decoder's version, nor features that follow the processor's rounding, unless there is
    nothing else; what is told and searched is the registry's.
    """
    if taken is None:
        return FingerprintCheck.UNCHECKED
    same_file = all(declared[name] == taken[name] for name in ("medium", "bytes"))
    said, known = ([*record["codes"], *record["features"]] for record in (declared, taken))
    exact = [one for one in said if one["algorithm"] not in MEASURED] or said
    within = all(one in known for one in exact)
    return FingerprintCheck.AGREES if said and same_file and within else FingerprintCheck.DIFFERS
