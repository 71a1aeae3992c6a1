"""Works and altered copies of them, laid out for `scripts/benchmarks/match.py`.

`python scripts/similarity/alter.py FOLDER OUT --medium image` takes the files of a folder as works and keeps
an eighth of them unregistered: those are what others are set into, and queries as they are. The rest is
copied to `OUT/references`; `OUT/queries.csv` names each query with the work it should find, the alteration,
and as `source` what may be seen in it: the work, and the one it may be mixed with. `--works` of the
registered ones are altered, each in every way of the table, or in `--each` ways chosen by a fixed seed.
`--alterations` names a Python file with another table (`altering.py` says of what form).
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

# A script sees its own folder alone.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from similarity.altering import MEDIA, table
from similarity.shared import SOURCES

SEED = 7
UNREGISTERED_ONE_IN = 8
UNALTERED = "not registered"


@dataclass(frozen=True, slots=True)
class Query:
    """A row of the table: `source` names the works that may be seen in the file."""

    file: str
    expected: str
    alteration: str
    source: str


@dataclass(frozen=True, slots=True)
class Collection:
    """The files of a folder: `others` are not registered."""

    registered: Sequence[Path]
    others: Sequence[Path]


def collection(folder: Path) -> Collection:
    """Divided by a fixed seed, each part by name."""
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    others = set(random.Random(SEED).sample(paths, len(paths) // UNREGISTERED_ONE_IN))  # noqa: S311 - a sample
    return Collection([path for path in paths if path not in others], sorted(others))


def chosen(names: Sequence[str], each: int, work: Path) -> Sequence[str]:
    """The alterations that a work gets: so many, or all for 0."""
    if not each or each >= len(names):
        return names
    return random.Random(work.name).sample(names, each)  # noqa: S311 - the same in every run


def main() -> None:
    """Copy, alter, write the table of queries."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="works of one medium")
    parser.add_argument("out", type=Path, help="a folder that is made")
    parser.add_argument("--medium", choices=MEDIA, required=True)
    parser.add_argument("--works", type=int, default=48, help="how many are altered")
    parser.add_argument("--each", type=int, default=0, help="in how many ways each; 0 is all")
    parser.add_argument("--alterations", type=Path, help="a Python file with other alterations")
    options = parser.parse_args()

    works = collection(options.folder)
    if not works.others:
        parser.error(f"{options.folder} has fewer than {UNREGISTERED_ONE_IN} files")
    (options.out / "references").mkdir(parents=True)
    for path in works.registered:
        shutil.copyfile(path, options.out / "references" / path.name)
    made = list(
        laid_out(works, options.out, options.medium, options.works, options.each, options.alterations)
    )
    # Written last: where it stands, everything that it names does.
    with (options.out / "queries.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(field.name for field in fields(Query))
        rows.writerows(astuple(query) for query in made)


def laid_out(
    works: Collection, out: Path, medium: str, sample: int, each: int, alterations: Path | None
) -> Iterator[Query]:
    """Each query, once its file is written under `out`: altered works, then those that are not registered."""
    (out / "queries").mkdir()
    altered = random.Random(SEED).sample(works.registered, min(sample, len(works.registered)))  # noqa: S311
    for place, work in enumerate(sorted(altered)):
        other = works.others[place % len(works.others)]
        ways = table(medium, other, alterations)
        for name in chosen(list(ways), each, work):
            file = f"queries/{work.stem}--{_plain(name)}{ways[name].suffix}"
            ways[name].write(work, out / file, f"{work.name}:{name}")
            yield Query(file, work.name, name, f"{work.name}{SOURCES}{other.name}")
    for work in works.others:
        file = f"queries/{work.name}"
        shutil.copyfile(work, out / file)
        yield Query(file, "", UNALTERED, work.name)


def _plain(name: str) -> str:
    return "".join(each if each.isalnum() or each in ".-+" else "_" for each in name)


if __name__ == "__main__":
    main()
