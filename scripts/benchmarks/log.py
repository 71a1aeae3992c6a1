"""What the log takes: a server that accepts declarations and serves proofs, and the tree alone.

`python scripts/benchmarks/log.py --statements 100000 --json FILE` starts a registry on SQLite with the
embedded chain and hands in ready-signed declarations, a hundred a request, by one client. It tells
`accepted_per_second` (and `singles_per_second`, one a request), `proof_ms_p50` and `proof_ms_p99` over HTTP
(`proof_busy_ms` while the works of the anchor are made searchable, and beside them in process), `rss_mb` of
the server at the end (`rss_mb_start` before), and `gas_per_work` with one anchor over all of them; then
`bundle_bytes`, the size of a record's evidence, and `verify_ms`, the time to check it. Signing is done before
the clock starts.

Then `--leaves` go through the tree alone (`tree`, of which `append_us`) and through the Merkle tree of
`proofbundle` (`peer`) in the same run. Leaves are chosen by a fixed seed, `--proofs` of them; each proof of
the tree is made three times and the quickest counts, so that other work on the machine is left out. A proof
over HTTP is timed once, with everything that is in its way. Told are the median and the 99th percentile.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

# A script sees its own folder alone, and a second script there would be another benchmark.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from logged.accepting import measure_server  # the path comes first
from logged.tree import measure_peer, measure_tree  # the same

PEER_PROOFS = 5  # each takes seconds at a million leaves
SEED = 6962


def main() -> None:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--statements", type=int, default=10_000, help="declarations to hand in")
    parser.add_argument("--leaves", type=int, default=1_000_000, help="leaves of the tree alone")
    parser.add_argument("--proofs", type=int, default=1_000, help="proofs to measure")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        figures = measure_server(options.statements, options.proofs, SEED, Path(folder))
    leaves = [sha256(index.to_bytes(8, "big")).digest() for index in range(options.leaves)]
    chosen = random.Random(SEED).choices(range(len(leaves)), k=options.proofs)  # noqa: S311  # a sample, no secret
    tree = measure_tree(leaves, chosen)
    figures |= {"append_us": tree["append_us"], "tree": tree}
    figures |= {"peer": measure_peer(leaves, chosen[:PEER_PROOFS])}
    _print("a registry on SQLite", figures)
    for part in ("tree", "peer"):
        _print(f"{part}: {figures[part]['name']}, {len(leaves):,} leaves", figures[part])
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _print(title: str, figures: dict[str, Any]) -> None:
    print(title)
    for key, figure in figures.items():
        if isinstance(figure, int | float):
            print(f"  {key:<32} {figure:>12,.3f}")


if __name__ == "__main__":
    main()
