"""`colophon` as a program for which file permissions hold, even when the suite runs as root."""

from __future__ import annotations

import ctypes
import os
import sys

_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2  # linux/capability.h


def main() -> None:
    """Give up the privileges, then become the program. Who has none keeps none: there the calls fail."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            library.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.execv(sys.executable, [sys.executable, "-m", "registry.cli", *sys.argv[1:]])  # noqa: S606  # no shell


if __name__ == "__main__":
    main()
