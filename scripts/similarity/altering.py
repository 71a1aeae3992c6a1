"""Tables of alterations for every medium, each as a function from a file to a file."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image

from similarity import (
    audio_alterations,
    films,
    image_alterations,
    text_alterations,
    video_alterations,
    video_clips,
)

Samples = NDArray[np.float32]
AlterSound = Callable[[Samples, np.random.Generator], Samples]
Write = Callable[[Path, Path, str], None]
# Alters the work at one path into a file at another; the text seeds what is left to chance.


@dataclass(frozen=True, slots=True)
class Way:
    """An alteration, and what the name of the altered file ends in: its format."""

    suffix: str
    write: Write


Table = Mapping[str, Way]


def table(medium: str, other: Path, file: Path | None) -> Table:
    """All alterations of a medium, ours or those of a Python file; `other` is what works are mixed with.

    One work alone: what of it is found in the result is then known to be there. A file's table is `A` (and
    `HARD`, if there is one): name to an alteration, or to its group and it. A picture's takes an RGB picture
    and a `random.Random`, `BG` being set to a list of paths; a text's the same with a text, `pool` being set
    to words and `hosts` to texts; a sound's takes float32 samples at the file's `SR` and a numpy generator,
    `OTHER` being set to a list of samples; of films there is only our own table.
    """
    return _TABLES[medium](other, file)


def _pictures(other: Path, file: Path | None) -> Table:
    found = image_alterations.loaded(file, [other]) if file else image_alterations.alterations([other])
    return {name: Way(".png", partial(_alter_picture, alter)) for name, (_, alter) in found.items()}


def _alter_picture(alter: image_alterations.Alteration, source: Path, target: Path, seed: str) -> None:
    picture = Image.open(source).convert("RGB")
    alter(picture, random.Random(seed)).save(target, compress_level=1)  # noqa: S311 - the same in every run


def _texts(other: Path, file: Path | None) -> Table:
    text = other.read_text("utf-8")
    if file is None:
        own = text_alterations.alterations(text_alterations.Others([text], 0))
        return {name: Way(".txt", partial(_alter_text, alter)) for name, alter in own.items()}
    module = _module(file)
    vars(module).update(pool=text.split() or ["word"], hosts=[text])
    return {name: Way(".txt", partial(_alter_text, alter)) for name, alter in _entries(module).items()}


def _alter_text(alter: text_alterations.Alteration, source: Path, target: Path, seed: str) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    target.write_text(alter(source.read_text("utf-8"), chance), "utf-8")


def _sounds(other: Path, file: Path | None) -> Table:
    if file is None:
        sounds = audio_alterations.Others([audio_alterations.loaded(other)])
        found = audio_alterations.usual(sounds) | audio_alterations.hard(sounds)
        rate = audio_alterations.RATE
        return {name: Way(".flac", partial(_alter_sound, alter, rate)) for name, alter in found.items()}
    module = _module(file)
    vars(module)["OTHER"] = [_samples(other, module.SR)]
    return {
        name: Way(".flac", partial(_alter_sound, alter, module.SR))
        for name, alter in _entries(module).items()
    }


def _alter_sound(alter: AlterSound, rate: int, source: Path, target: Path, seed: str) -> None:
    altered = alter(_samples(source, rate), np.random.default_rng(list(seed.encode())))
    soundfile.write(target, np.clip(altered, -1, 1), rate, subtype="PCM_16")


def _films(other: Path, file: Path | None) -> Table:
    if file is not None:
        raise ValueError(f"films are altered by our own table, not by that of {file}")
    return {
        name: Way(encoding.suffix, partial(_alter_film, encoding, alter, other))
        for name, (encoding, alter) in video_alterations.TABLE.items()
    }


def _alter_film(
    encoding: video_alterations.Encoding,
    alter: video_alterations.Alter,
    other: Path,
    source: Path,
    target: Path,
    seed: str,  # noqa: ARG001 - nothing is left to chance
) -> None:
    altered = alter(films.read(source), films.read(other))
    video_clips.write(altered, target, encoding.codec, encoding.sound_codec, encoding.quality)


def _samples(path: Path, rate: int) -> Samples:
    """One channel at `rate`, by linear interpolation where the file has another: the codecs do worse."""
    samples, found = soundfile.read(path, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    if found != rate:
        moments = np.arange(int(len(mono) * rate / found)) * (found / rate)
        mono = np.interp(moments, np.arange(len(mono)), mono)
    return np.asarray(mono, np.float32)


def _entries(module: ModuleType) -> dict[str, Any]:
    """`A` and `HARD`, without the groups."""
    entries = {**module.A, **getattr(module, "HARD", {})}
    return {name: entry[1] if isinstance(entry, tuple) else entry for name, entry in entries.items()}


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"alterations.{path.stem}", path)
    assert spec is not None  # noqa: S101 - it was made from a path
    assert spec.loader is not None  # noqa: S101 - the same
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # a dataclass looks for its own module there
    spec.loader.exec_module(module)
    return module


_TABLES: Final[Mapping[str, Callable[[Path, Path | None], Table]]] = {
    "audio": _sounds,
    "image": _pictures,
    "text": _texts,
    "video": _films,
}
MEDIA = tuple(_TABLES)
