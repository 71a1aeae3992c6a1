"""Write what is generated from the code: `api/openapi.json`. With --check, compare instead."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from api.app import openapi

TARGET = Path(__file__).parents[1] / "api" / "openapi.json"


def generated() -> str:
    """The OpenAPI document as it is committed."""
    return json.dumps(openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write, or compare; 1 if the committed file is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    if not options.check:
        TARGET.write_text(generated(), "utf-8")
        print(f"wrote {TARGET.name}")
        return 0
    if not TARGET.exists() or TARGET.read_text("utf-8") != generated():
        print(f"{TARGET.name} is stale: run `python scripts/generate.py`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
