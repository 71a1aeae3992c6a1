"""The sample works: real pictures, and a real sound, that anybody may use; PROVENANCE.md says why."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Final

from registry.samples.prelude import prelude_wav

__all__ = ["Sample", "samples"]

_PRELUDE = "prelude-in-c.wav"


@dataclass(frozen=True, slots=True)
class Sample:
    """One work and where it comes from. `year` is None where the source states none."""

    file_name: str
    title: str
    creator: str
    year: int | None
    media_type: str
    source: str
    licence: str
    note: str

    def read(self) -> bytes:
        """The file's bytes: shipped, or for the sound made on the spot, always the same."""
        if self.file_name == _PRELUDE:
            return prelude_wav()
        return (resources.files(__name__) / "pictures" / self.file_name).read_bytes()


def samples() -> tuple[Sample, ...]:
    """All sample works, pictures first."""
    return _SAMPLES


_SAMPLES: Final = (
    Sample(
        file_name="falcon-9-launch.jpg",
        title="Launch of DSCOVR on a Falcon 9",
        creator="SpaceX",
        year=2015,
        media_type="image/jpeg",
        source="https://www.flickr.com/photos/spacexphotos/16511594820/",
        licence="CC0-1.0",
        note="Launch Complex 40, Cape Canaveral. Released into the public domain by SpaceX.",
    ),
    Sample(
        file_name="chelsea-the-cat.jpg",
        title="Chelsea the cat",
        creator="Stefan van der Walt",
        year=None,
        media_type="image/jpeg",
        source="https://scikit-image.org/docs/stable/api/skimage.data.html",
        licence="CC0-1.0",
        note="Given to scikit-image by the photographer.",
    ),
    Sample(
        file_name="coffee-cup.jpg",
        title="Coffee cup",
        creator="Rachel Michetti",
        year=None,
        media_type="image/jpeg",
        source="https://scikit-image.org/docs/stable/api/skimage.data.html",
        licence="CC0-1.0",
        note="Given to scikit-image by the photographer, courtesy of Pikolo Espresso Bar.",
    ),
    Sample(
        file_name="hubble-extreme-deep-field.jpg",
        title="Hubble eXtreme Deep Field",
        creator="NASA",
        year=2012,
        media_type="image/jpeg",
        source="http://hubblesite.org/newscenter/archive/releases/2012/37/image/a/",
        licence="public domain",
        note="The farthest view of the universe that the telescope had taken; NASA's own image.",
    ),
    Sample(
        file_name=_PRELUDE,
        title="Prelude in C, BWV 846, bars 1 to 7",
        creator="Johann Sebastian Bach",
        year=1722,
        media_type="audio/wav",
        source="registry/samples/prelude.py",
        licence="public domain",
        note="The score is long in the public domain; the recording is computed, on plucked strings.",
    ),
)
