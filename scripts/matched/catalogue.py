"""The files of a folder that are to be found again, and the names that they go by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Files of a folder and of the folders in it, by path; hidden ones are left out.

    A file is named by its bare name where no other has that, else by its path within the folder. `places`
    holds, under each name that a file may be asked by, where in `paths` those stand that have it.
    """

    paths: Sequence[Path]
    names: Sequence[str]
    places: Mapping[str, frozenset[int]]

    def resolve(self, name: str) -> frozenset[int]:
        """The places of the files of this name, or at this path; empty if there is none."""
        return self.places.get(name) or self.places.get(str(Path(name).absolute()), frozenset())


def catalogue(folder: Path) -> Catalogue:
    """All files of a folder.

    Raises:
        NotADirectoryError: It is none.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder")
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    places: defaultdict[str, set[int]] = defaultdict(set)
    for place, path in enumerate(paths):
        for name in (path.name, path.relative_to(folder).as_posix(), str(path.absolute())):
            places[name].add(place)
    names = [
        path.name if len(places[path.name]) == 1 else path.relative_to(folder).as_posix() for path in paths
    ]
    return Catalogue(paths, names, {name: frozenset(found) for name, found in places.items()})
