"""A catalogue of one's own, through the command: real decoders, real files, real kills."""

import csv
import io
import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.e2e.shell import COLOPHON, Shell
from tests.e2e.warm_shell import warm_shell
from tests.media.media_files import encoded, photograph, sample
from tests.media.text_files import prose

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """Somebody who has no registry."""
    with warm_shell(tmp_path, NOBODY) as shell:
        yield shell


def _works(folder: Path, pictures: int = 3) -> None:
    (folder / "inner").mkdir(parents=True)
    for number in range(pictures):
        turned = photograph().rotate(11 * number, expand=True).resize((300, 200 + number))
        (folder / f"picture {number}.png").write_bytes(encoded(turned))
    (folder / "inner" / "prose.txt").write_text(prose(1), "utf-8")
    (folder / "inner" / "the same words.txt").write_text(prose(1), "utf-8")
    (folder / "sound.wav").write_bytes(sample("prelude-in-c.wav"))


def test_a_folder_is_ingested_and_its_works_are_found(shell: Shell, tmp_path: Path) -> None:
    _works(tmp_path / "works")
    (tmp_path / "works" / "broken.png").write_bytes(encoded(photograph())[:700])
    (tmp_path / "works" / "program").write_bytes(b"\x7fELF nothing that is read")
    told = shell.run("ingest", "works", "--json", code=1).document()
    assert (told["files"], told["fingerprinted"], told["works"]) == (8, 6, 5)
    assert told["failures"] == {"undecodable-media": 1, "unsupported-media": 1}
    assert {Path(each["file"]).name: each["code"] for each in told["unread"]} == {
        "broken.png": "undecodable-media",
        "program": "unsupported-media",
    }

    (tmp_path / "copy.jpg").write_bytes(
        encoded(ImageOps.mirror(Image.open(tmp_path / "works/picture 1.png")), "JPEG", quality=40)
    )
    [copy] = shell.run("find", "copy.jpg", "--json").document()["matches"]
    assert [Path(name).name for name in copy["files"]] == ["picture 1.png"]
    assert (copy["verdict"], copy["compared"]) == ("copy", "pdq-256/1:mirrored")

    (tmp_path / "quoting.txt").write_text(prose(2) + prose(1)[300:1200] + prose(3), "utf-8")
    said = shell.run("find", "quoting.txt")
    assert said.out.startswith("contains: ")
    assert "prose.txt" in said.out.splitlines()[0]
    assert said.word("also").endswith("inner/the same words.txt")

    (tmp_path / "stranger.txt").write_text(prose(77), "utf-8")
    assert "Nothing in the catalogue" in shell.run("find", "stranger.txt").out


def test_the_same_command_again_reads_only_what_is_new_or_changed(shell: Shell, tmp_path: Path) -> None:
    works = tmp_path / "works"
    _works(works)
    (works / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    shell.run("ingest", "works", code=1)
    again = shell.run("ingest", "works", "--json", code=1).document()
    assert (again["fingerprinted"], again["before"]) == (0, 7)
    retried = shell.run("ingest", "works", "--retry", "--json", code=1).document()
    assert (retried["before"], retried["failures"]) == (6, {"undecodable-media": 1})

    before = (works / "picture 0.png").read_bytes()
    (works / "picture 0.png").write_bytes(encoded(Image.effect_noise((200, 200), 90).convert("RGB")))
    (works / "broken.png").unlink()
    changed = shell.run("ingest", "works", "--json").document()
    assert (changed["fingerprinted"], changed["works"]) == (1, 5)
    (tmp_path / "before.png").write_bytes(before)
    names = [each["files"] for each in shell.run("find", "before.png", "--json").document()["matches"]]
    assert not any("picture 0.png" in name for each in names for name in each), "what it was is forgotten"


def test_a_table_names_files_relative_to_itself(shell: Shell, tmp_path: Path) -> None:
    _works(tmp_path / "works")
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["title", "file"])
    rows.writerows([["One", "works/picture 0.png"], ["Two", "works/nowhere.png"], ["Three", ""]])
    rows.writerow(["Again", "works/picture 0.png"])
    (tmp_path / "manifest.csv").write_text(out.getvalue(), "utf-8")
    told = shell.run("ingest", "manifest.csv", "--into", "other.db", "--json", code=1).document()
    assert (told["files"], told["fingerprinted"], told["failures"]) == (2, 1, {"unreadable": 1})
    (tmp_path / "manifest.csv").write_text("name\nx\n")
    assert "[invalid-manifest]" in shell.run("ingest", "manifest.csv", code=1).err


def test_what_is_no_catalogue_is_left_as_it_is(shell: Shell, tmp_path: Path) -> None:
    _works(tmp_path / "works", pictures=0)
    (tmp_path / "letter.db").write_bytes(b"Dear Sir or Madam, " * 400)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE precious (thing)")
    other.close()
    for name in ("letter.db", "other.db"):
        before = (tmp_path / name).read_bytes()
        assert "error" in shell.run("ingest", "works", "--into", name, code=1).err
        assert (tmp_path / name).read_bytes() == before
    assert "[not-found]" in shell.run("find", "works/sound.wav", "nowhere.db", code=1).err


def test_a_killed_ingest_goes_on_and_loses_nothing_that_it_kept(shell: Shell, tmp_path: Path) -> None:
    works = tmp_path / "works"
    works.mkdir()
    chance = np.random.default_rng(5)
    for number in range(40):
        noise = chance.integers(0, 256, (24, 24, 3), dtype=np.uint8)
        blobs = Image.fromarray(noise).resize((500, 400), Image.Resampling.BICUBIC)
        (works / f"{number:02}.png").write_bytes(encoded(blobs))
    kept, kills = 0, 0
    while kept < 40 and kills < 3:
        running = subprocess.Popen(
            [*COLOPHON, "ingest", "works", "--workers", "2"],
            cwd=tmp_path,
            env=shell.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        kept = _wait_for_more(tmp_path / "catalogue.db", kept, running)
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=30)
        kills += 1
        assert _kept(tmp_path / "catalogue.db") >= kept
    told = shell.run("ingest", "works", "--json").document()
    assert told["before"] >= kept > 0
    assert told["before"] + told["fingerprinted"] == told["works"] == 40
    [found] = shell.run("find", "works/07.png", "--json").document()["matches"]
    assert found["verdict"] == "identical"


def test_two_commands_do_not_fill_one_catalogue(shell: Shell, tmp_path: Path) -> None:
    _works(tmp_path / "works", pictures=80)
    running = subprocess.Popen(
        [*COLOPHON, "ingest", "works", "--workers", "1"],
        cwd=tmp_path,
        env=shell.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_more(tmp_path / "catalogue.db", 0, running)
        running.send_signal(signal.SIGSTOP)
        assert running.poll() is None
        assert "[catalogue-in-use]" in shell.run("ingest", "works", code=1).err
    finally:
        running.send_signal(signal.SIGCONT)
        running.wait(timeout=120)


def _wait_for_more(catalogue: Path, before: int, running: subprocess.Popen[bytes]) -> int:
    """How many files are kept, as soon as they are more, or once the command has ended."""
    for _ in range(1200):
        kept = _kept(catalogue)
        if kept > before or running.poll() is not None:
            return kept
        time.sleep(0.05)
    raise AssertionError("nothing was kept in a minute")


def _kept(catalogue: Path) -> int:
    if not catalogue.exists():
        return 0
    reader = sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True)
    try:
        return int(reader.execute("SELECT count(*) FROM catalogue_files").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # its tables are being made
    finally:
        reader.close()


def test_json_is_one_document(shell: Shell) -> None:
    refused = shell.run("ingest", "nowhere", "--json", code=1)
    assert json.loads(refused.out)["code"] == "not-found"
