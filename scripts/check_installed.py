"""Fail unless the installed package has every module and data file of the sources, and every module imports.

`python -I scripts/check_installed.py SOURCES` is run by `scripts/check_core_install.sh` in an environment
that has the core alone, outside the checkout: `-I` keeps the sources themselves off the import path.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

PACKAGES = ("registry", "api")
# A test tool that is importable here has come in through the core's own dependencies: it would hide a leak.
TEST_TOOLS = ("hypothesis", "pytest", "schemathesis", "solcx")
# Brought by an extra: what uses them cannot be imported here, and the core must do without.
OF_EXTRAS = ("av",)
# Run by their own door, not imported: `python -m …`, and Alembic with its context.
NOT_IMPORTED = {"__main__", "env"}


def files_of(package: Path) -> set[str]:
    """The files that belong to a package, relative to its parent folder."""
    return {
        str(path.relative_to(package.parent))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def module_names(files: set[str]) -> list[str]:
    """The importable modules among the files; a migration, named by a number, is none."""
    parts = (Path(name).with_suffix("").parts for name in sorted(files) if name.endswith(".py"))
    return [
        ".".join(part[:-1] if part[-1] == "__init__" else part)
        for part in parts
        if part[-1].isidentifier() and part[-1] not in NOT_IMPORTED
    ]


def main(sources: Path) -> int:
    """Print one line a complaint; 1 if there is any."""
    complaints = [
        f"{tool} is installed with the core"
        for tool in (*TEST_TOOLS, *OF_EXTRAS)
        if importlib.util.find_spec(tool)
    ]
    count = 0
    for name in PACKAGES:
        installed = Path(str(importlib.import_module(name).__file__)).parent
        if installed.is_relative_to(sources):
            complaints.append(f"{name} was imported from the sources")
        source_files = files_of(sources / name)
        complaints += [
            f"{missing} is not installed" for missing in sorted(source_files - files_of(installed))
        ]
        for module in module_names(source_files):
            count += 1
            try:
                importlib.import_module(module)
            except ImportError as error:
                if error.name not in OF_EXTRAS:
                    complaints.append(f"{module} does not import: {error}")
    for complaint in complaints:
        print(f"check_installed: {complaint}", file=sys.stderr)
    print(f"core install: {count} modules imported, {len(complaints) or 'no'} complaints")
    return 1 if complaints or not count else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
