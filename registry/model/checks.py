"""How a fingerprint that a claimant declared stands to the one that the registry took of the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


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
    they follow the decoder's version; what is told and searched is the registry's.
    """
    if taken is None:
        return FingerprintCheck.UNCHECKED
    said = [*declared["codes"], *declared["features"]]
    same_file = all(declared[name] == taken[name] for name in ("medium", "bytes"))
    within = all(one in taken[name] for name in ("codes", "features") for one in declared[name])
    return FingerprintCheck.AGREES if said and same_file and within else FingerprintCheck.DIFFERS
