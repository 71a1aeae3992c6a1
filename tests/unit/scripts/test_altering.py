import csv
import random
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from similarity import films
from similarity.alter import collection, laid_out
from similarity.altering import table
from similarity.shared import SOURCES, Sharing
from tests.media.text_files import prose


def _texts(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:02}.txt").write_text(prose(number, 12), "utf-8")
    return folder


def test_an_eighth_of_the_works_is_not_registered_and_the_same_in_every_run(tmp_path: Path) -> None:
    folder = _texts(tmp_path / "works", 17)
    works = collection(folder)
    assert (len(works.registered), len(works.others)) == (15, 2)
    assert works == collection(folder)
    assert {*works.registered, *works.others} == set(folder.iterdir())


def test_each_query_tells_what_may_be_seen_in_it(tmp_path: Path) -> None:
    works = collection(_texts(tmp_path / "works", 16))
    queries = list(laid_out(works, tmp_path, "text", 3, 2, None))
    altered = [query for query in queries if query.expected]
    assert len(altered) == 6
    assert len(queries) == 6 + 2
    assert all((tmp_path / query.file).read_text("utf-8") for query in queries)
    others = {path.name for path in works.others}
    for query in altered:
        work, other = query.source.split(SOURCES)
        assert work == query.expected
        assert other in others
    assert {query.source for query in queries if not query.expected} == others


def test_a_table_of_alterations_may_come_from_a_file(tmp_path: Path) -> None:
    works = _texts(tmp_path / "works", 2)
    (tmp_path / "theirs.py").write_text(
        "from dataclasses import dataclass\n@dataclass\nclass Share:\n    of: float\n"
        "A = {'half': lambda t, r: t[: int(len(t) * Share(0.5).of)], 'hosted': lambda t, r: hosts[0] + t}\n"
        "pool = []; hosts = []\n"
    )
    ways = table("text", works / "01.txt", tmp_path / "theirs.py")
    assert list(ways) == ["half", "hosted"]
    ways["hosted"].write(works / "00.txt", tmp_path / "out.txt", "seed")
    assert (tmp_path / "out.txt").read_text("utf-8") == prose(1, 12) + prose(0, 12)


def test_pictures_and_sounds_are_altered_alike_in_every_run(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)
    Image.fromarray(noise.integers(0, 255, (64, 80, 3), dtype=np.uint8)).save(tmp_path / "one.png")
    Image.fromarray(noise.integers(0, 255, (64, 80, 3), dtype=np.uint8)).save(tmp_path / "two.png")
    soundfile.write(tmp_path / "one.wav", noise.uniform(-0.5, 0.5, 4_000), 8_000)
    (tmp_path / "theirs.py").write_text(
        "SR = 16_000\nOTHER = []\nHARD = {'late': lambda x, r: x[r.integers(2000):]}\nA = {}\n"
    )
    ways = {
        "two.png": table("image", tmp_path / "two.png", None)["noise of 25"],
        "one.wav": table("audio", tmp_path / "one.wav", tmp_path / "theirs.py")["late"],
    }
    for name, way in ways.items():
        first, second = (tmp_path / f"{number}{way.suffix}" for number in range(2))
        for target in (first, second):
            way.write(tmp_path / name.replace("two", "one"), target, "seed")
        assert first.read_bytes() == second.read_bytes()
    assert soundfile.info(tmp_path / "0.flac").samplerate == 16_000


def test_films_share_what_their_pictures_and_sounds_share(tmp_path: Path) -> None:
    listed = tmp_path / "listed.csv"
    with listed.open("w", newline="") as file:
        csv.writer(file).writerows(
            [
                ("medium", "one", "other", "what"),
                ("image", "1.jpg", "9.jpg", "a map"),
                ("audio", "5.ogg", "6.ogg", "a song"),
            ]
        )
    sharing = Sharing("video", tmp_path, listed)
    assert sharing.is_related(["1_2_sound-7.mp4"], "8_9_sound-8.mp4")
    assert sharing.is_related(["1_2_sound-5.mp4"], "3_4_sound-6.mp4")
    assert sharing.is_related(["1_2_sound-5.mp4"], "3_2_sound-8.mp4")
    assert not sharing.is_related(["1_2_sound-5.mp4"], "5_6_sound-9.mp4")


def test_a_film_is_made_of_pictures_and_a_sound_and_read_again(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - no secret
    for kind in ("image", "audio"):
        (tmp_path / kind).mkdir()
    for number in range(2 * films.PICTURES):
        Image.new("RGB", (80, 60), (chance.randrange(256), 20, 20)).save(tmp_path / "image" / f"{number}.png")
    for number in range(2):
        soundfile.write(tmp_path / "audio" / f"{number}.wav", np.zeros(8_000), 8_000)
    films.make(tmp_path, tmp_path / "films", 5)
    made = sorted((tmp_path / "films").iterdir())
    assert len(made) == 2
    clip = films.read(made[0])
    assert clip.frames.shape[1:] == (224, 400, 3)
    assert clip.sound is not None
    assert len(films.parts(made[0].name)) == films.PICTURES + 1
