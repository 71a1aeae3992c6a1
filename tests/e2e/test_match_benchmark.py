"""The benchmark of matches, run as anybody runs it, on a small folder of files of every kind."""

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.media.media_files import encoded, encoded_sound, photograph, sample
from tests.media.text_files import prose

ROOT = Path(__file__).resolve().parent.parent.parent
RATE = 22_050
ROWS = [
    ("queries/corner.png", "launch.jpg"),
    ("queries/same.png", "deeper/cat.jpg"),
    ("queries/quotation.txt", "story.txt"),
    ("queries/excerpt.flac", "tune.wav"),
    ("queries/unknown.png", ""),
    ("queries/damaged.png", "launch.jpg"),
    ("queries/nowhere.png", ""),
    ("queries/empty.txt", ""),
]


@dataclass(frozen=True)
class Run:
    """What the benchmark wrote and printed."""

    document: dict[str, Any]
    printed: str
    told: str

    def query(self, file: str) -> dict[str, Any]:
        found: dict[str, Any] = next(each for each in self.document["queries"] if each["file"] == file)
        return found

    def best(self, file: str) -> tuple[str, str]:
        first = self.query(file)["matches"][0]
        return first["reference"], first["verdict"]


def _tune(seed: int) -> NDArray[np.float64]:
    """Twelve seconds of notes."""
    chance = np.random.default_rng(seed)
    moments = np.arange(RATE // 4) / RATE
    notes = [
        sum(np.sin(2 * np.pi * pitch * moments) / 4 for pitch in chance.uniform(300, 3000, 3))
        * np.exp(-6 * moments)
        for _ in range(48)
    ]
    return np.concatenate(notes)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def _laid_out(folder: Path) -> None:
    picture, tune, story = photograph(), _tune(1), prose(1)
    noise = np.random.default_rng(3).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    _write(
        folder / "works",
        {
            "launch.jpg": sample("falcon-9-launch.jpg"),
            "deeper/cat.jpg": sample("chelsea-the-cat.jpg"),
            "deeper/copies/cat.jpg": sample("chelsea-the-cat.jpg"),
            "tune.wav": encoded_sound(tune, RATE),
            "other.wav": encoded_sound(_tune(2), RATE),
            "story.txt": story.encode(),
            "damaged.jpg": sample("coffee-cup.jpg")[:700],
            "empty.png": b"",
            "unknown.bin": bytes(range(256)),
            ".hidden.txt": prose(5).encode(),
        },
    )
    _write(
        folder / "asked" / "queries",
        {
            "corner.png": encoded(picture.crop((0, 0, 450, 300))),
            "same.png": sample("chelsea-the-cat.jpg"),
            "quotation.txt": (prose(7, 20) + story[300:1500] + prose(8, 20)).encode(),
            "excerpt.flac": encoded_sound(tune[2 * RATE : 9 * RATE], RATE, "FLAC"),
            "unknown.png": encoded(Image.fromarray(noise)),
            "damaged.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
            "empty.txt": b"",
        },
    )
    with (folder / "asked" / "queries.csv").open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["File", "expected", "remarks"])
        rows.writerows((*row, "none") for row in ROWS)


def _script(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "benchmarks" / "match.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("match")
    _laid_out(folder)
    asked = ("--references", folder / "works", "--queries", folder / "asked" / "queries.csv")
    done = _script(*asked, "--json", folder / "out.json", "--workers", 1)
    assert done.returncode == 0, done.stderr
    return Run(json.loads((folder / "out.json").read_text("utf-8")), done.stdout, done.stderr)


def test_altered_files_of_every_medium_are_found_in_the_work_that_the_table_names(run: Run) -> None:
    assert run.best("queries/corner.png") == ("launch.jpg", "contains")
    assert run.best("queries/quotation.txt") == ("story.txt", "contains")
    assert run.best("queries/excerpt.flac")[0] == "tune.wav"
    assert run.best("queries/same.png") == ("deeper/cat.jpg", "identical")
    assert run.document["summary"]["found"] == 4


def test_a_match_tells_how_near_it_is_and_where(run: Run) -> None:
    match = run.query("queries/corner.png")["matches"][0]
    assert set(match) == {
        *("reference", "verdict", "score", "region", "distance", "threshold", "unit", "compared"),
    }
    assert match["score"] >= 1000
    assert match["distance"] <= match["threshold"]
    assert {"x", "y", "width", "height"} <= match["region"].keys()


def test_what_is_not_registered_has_no_match_and_only_near_misses(run: Run) -> None:
    matches = run.query("queries/unknown.png")["matches"]
    assert {match["verdict"] for match in matches} <= {"none"}
    assert len(matches) <= 10


def test_files_that_cannot_be_read_are_told_by_code_and_end_nothing(run: Run) -> None:
    assert [(each["file"], each["code"]) for each in run.document["failures"]] == [
        ("damaged.jpg", "undecodable-media"),
        ("empty.png", "empty-file"),
        ("unknown.bin", "unsupported-media"),
        ("queries/damaged.png", "undecodable-media"),
        ("queries/nowhere.png", "not-a-file"),
        ("queries/empty.txt", "empty-file"),
    ]
    assert run.query("queries/damaged.png")["failure"] == "undecodable-media"
    assert run.document["summary"]["recall"] == 0.8


def test_works_of_the_same_bytes_answer_for_each_other(run: Run) -> None:
    matches = run.query("queries/same.png")["matches"]
    assert [match["verdict"] for match in matches[:2]] == ["identical", "identical"]
    assert run.document["summary"]["false_on_wrong_references"] == {}


def test_costs_are_of_all_processes_and_starting_them_is_apart(run: Run) -> None:
    told = run.document
    assert told["references"] == 6
    assert 0 < told["index_cpu_ms"] < told["ingest_cpu_ms"]
    assert told["ingest_cpu_ms_total"] >= 6 * told["ingest_cpu_ms"] - 0.01
    assert told["bytes_per_work"] >= told["bytes_per_work_fingerprint"] > 0
    # Decoding a picture takes longer than finding that there is no file, and starting Python than either.
    answered = run.query("queries/corner.png")["cpu_ms"]
    assert run.query("queries/nowhere.png")["cpu_ms"] < answered < told["startup_cpu_ms"]


def test_every_query_is_printed_with_its_matches(run: Run) -> None:
    for file, _ in ROWS:
        assert f"{file}  expected" in run.printed
    assert "recall  0.8" in run.printed


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("path,expected\na.png,\n", "has not the columns"),
        ("", "has not the columns"),
        (None, "No such file"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, table: str | None, says: str
) -> None:
    if table is not None:
        (tmp_path / "queries.csv").write_text(table, "utf-8")
    done = _script("--references", tmp_path, "--queries", tmp_path / "queries.csv")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
