"""`python -m registry.evidence BUNDLE [FILE]`: the verifier alone, without registry and network."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from registry.errors import InvalidValueError, RegistryError
from registry.evidence.case import Given
from registry.evidence.opening import read_bundle
from registry.evidence.printing import lines_of
from registry.evidence.verify import verify_bundle
from registry.evidence.vouching import headers_typed, roots_in
from registry.log import VerifierKey
from registry.model import Hash32

FAILED, UNREADABLE = 1, 2
_STATUS = (
    "Leaves with 0 if no step failed: complete, or up to what the last lines name (the block hash, the "
    "signature, an earlier date, a local chain); with 1 if any step failed; with 2 if a file or an option "
    "cannot be read."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the bundle that the arguments name, print the report, and answer the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        with ExitStack() as opened:
            file = opened.enter_context(asked.file.open("rb")) if asked.file else None
            known = (asked.block_hash, None, asked.deployment, asked.log_key)
            given = Given(file, *known, roots_in(asked.tsa_root), headers_typed(asked.bitcoin_header))
            report = verify_bundle(read_bundle(asked.bundle), given)
    except OSError as problem:
        sys.stderr.write(f"{problem.filename}: {problem.strerror}\n")
        return UNREADABLE
    except InvalidValueError as problem:
        sys.stderr.write(f"{problem.message} [{problem.code}]\n")
        return UNREADABLE
    sys.stdout.write("".join(f"{line}\n" for line in lines_of(report)))
    return 0 if report.holds else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m registry.evidence", description="Check an evidence bundle offline.", epilog=_STATUS
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the bundle's file")
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the work's file")
    parser.add_argument(
        "--block-hash", type=_hash, metavar="H", help="the block's hash, as you found it elsewhere"
    )
    parser.add_argument("--deployment", type=_hash, metavar="ID", help="the manifest id that you know")
    parser.add_argument("--log-key", type=_key, metavar="KEY", help="the log's key that you know")
    parser.add_argument(
        "--tsa-root",
        type=Path,
        action="append",
        default=[],
        metavar="PEM",
        help="roots of timestamping authorities that you believe; may be repeated",
    )
    parser.add_argument(
        "--bitcoin-header",
        action="append",
        default=[],
        metavar="HEIGHT=HEX",
        help="a Bitcoin block's header, as you found it elsewhere; may be repeated",
    )
    return parser


def _hash(text: str) -> Hash32:
    try:
        return Hash32.parse(text.lower())
    except RegistryError as problem:
        raise argparse.ArgumentTypeError(problem.message) from problem


def _key(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except RegistryError as problem:
        raise argparse.ArgumentTypeError(problem.message) from problem


if __name__ == "__main__":
    sys.exit(main())
