"""`colophon stamp`: real authorities and calendars over HTTP, and bundles that are never lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from registry.cli.app import app
from registry.cli.failures import CommandError
from registry.cli.replacing import making, replacing
from registry.evidence import verify_bundle
from registry.evidence.parts import MAX_ATTACHMENTS
from registry.evidence.timestamps import checkpoint_stamp, declaration_stamp, statement_stamp
from registry.log import SignedNote
from registry.model import Hash32
from registry.statements import digest, work_id
from tests.unit.client.small_server import CUT, small_server
from tests.unit.evidence.attachments import token_of
from tests.unit.evidence.authority import Authority, authority, elliptic
from tests.unit.evidence.authority_server import endless, serving, silent
from tests.unit.evidence.bundles import Made, RealRecords, real_records
from tests.unit.evidence.calendar_server import BITCOIN, Calendar, attested, calendar_server, mined, varuint

RUNNER = CliRunner()
MADE_UP = b"\xff" + attested(BITCOIN, varuint(7))  # and something true after it
UNPRIVILEGED = str(Path(__file__).parents[2] / "e2e" / "unprivileged.py")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRecords]:
    yield from real_records("embedded", tmp_path_factory.mktemp("records"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"), elliptic())


@pytest.fixture
def calendar() -> Iterator[Calendar]:
    with calendar_server() as served:
        yield served


@pytest.fixture
def bundle(records: RealRecords, tmp_path: Path) -> Path:
    path = tmp_path / "work.json"
    path.write_bytes(records.logged.content)
    return path


def run(*arguments: object) -> tuple[int, str]:
    said = RUNNER.invoke(app, [*map(str, arguments)])
    return said.exit_code, said.output


def stamp(*arguments: object) -> dict[str, Any]:
    """A call that succeeds; what it tells a script."""
    said = RUNNER.invoke(app, ["stamp", *map(str, arguments), "--json"])
    assert said.exit_code == 0, said.output
    told: dict[str, Any] = json.loads(said.stdout)
    return told


def process(*arguments: object, program: tuple[str, ...] = ("-m", "registry.cli")) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, *program, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def attachments_of(bundle: Path) -> list[str]:
    return [one["type"] for one in json.loads(bundle.read_bytes())["attachments"]]


def test_a_stamp_that_an_authority_gives_is_proven_by_its_root(house: Authority, bundle: Path) -> None:
    root = ("--tsa-root", house.folder / "root.pem")
    with serving(house) as url:
        status, said, _ = process("stamp", bundle, "--tsa", url, *root)
    assert status == 0
    assert "1 time stamp in the bundle" in said
    assert "the checkpoint existed at" in said
    status, said, _ = process("verify-evidence", bundle, *root, "--json")
    assert status == 0
    last = json.loads(said)["steps"][-1]
    assert (last["title"], last["result"]) == ("Attachments", "passed")
    assert list(bundle.parent.iterdir()) == [bundle]


SUBJECTS: dict[str, Callable[[Made], Hash32]] = {
    "logged": lambda made: checkpoint_stamp(SignedNote.parse(made.parts.log.checkpoint).text),  # type: ignore[union-attr]
    "titled": lambda made: statement_stamp(
        digest(made.parts.statement.registration, made.parts.domain),  # type: ignore[arg-type]
        made.parts.statement.signature or b"",
    ),
    "sent": lambda made: declaration_stamp(work_id(made.parts.statement.declaration)),
}


NAMES = {"logged": "the checkpoint", "titled": "the signed statement", "sent": "the declaration"}


@pytest.mark.parametrize("name", SUBJECTS)
def test_what_is_stamped_is_what_dates_the_record(
    records: RealRecords, house: Authority, bundle: Path, name: str
) -> None:
    made: Made = getattr(records, name)
    bundle.write_bytes(made.content)
    with serving(house) as url:
        told = stamp(bundle, "--tsa", url)
    assert told["digest"] == str(SUBJECTS[name](made))
    assert told["subject"] == NAMES[name]
    assert verify_bundle(bundle.read_bytes()).limits == verify_bundle(made.content).limits


def test_nothing_but_the_attachments_and_the_checksum_changes(
    records: RealRecords, house: Authority, calendar: Calendar, bundle: Path
) -> None:
    before = records.logged.document
    with serving(house) as url:
        stamp(bundle, "--tsa", url, "--calendar", calendar.url)
        stamp(bundle, "--tsa", url)
    assert attachments_of(bundle) == ["rfc3161", "opentimestamps", "rfc3161"]
    after = json.loads(bundle.read_bytes())
    assert {name for name in after if after[name] != before[name]} == {"attachments", "checksum"}
    assert verify_bundle(bundle.read_bytes()).holds


def again(calendar: Calendar) -> tuple[str, str, str]:
    return "--upgrade", "--calendar", calendar.url


def test_a_calendar_s_promise_is_completed_once_there_is_a_block(calendar: Calendar, bundle: Path) -> None:
    told = stamp(bundle, "--calendar", calendar.url)
    assert told["stamps"][0]["verdict"] == "pending"
    waits = bundle.read_bytes()
    ask = (bundle, "--upgrade", "--calendar", f"{calendar.url}/")
    assert stamp(*ask)["stamps"] == []
    assert bundle.read_bytes() == waits

    height = calendar.mine()
    assert f"Bitcoin block {height}" in stamp(*ask)["stamps"][0]["said"]
    status, said = run(
        "verify-evidence", bundle, "--bitcoin-header", f"{height}={calendar.headers[height].hex()}"
    )
    assert status == 0
    assert "Attachments: passed" in said
    assert "[nothing-waits]" in run("stamp", *ask)[1]


def test_a_calendar_that_makes_a_block_up_is_got_rid_of_with_the_true_block_s_header(
    calendar: Calendar, bundle: Path
) -> None:
    stamp(bundle, "--calendar", calendar.url)
    height = calendar.mine()
    header = f"{height}={calendar.headers[height].hex()}"
    calendar.known = {one: MADE_UP + way for one, way in calendar.known.items()}
    assert "block 7, 101, for which nobody" in stamp(bundle, *again(calendar))["stamps"][0]["said"]
    assert "Attachments: not checked" in run("verify-evidence", bundle, "--bitcoin-header", header)[1]

    stranger = f"{height}={mined(bytes(32)).hex()}"
    before = bundle.read_bytes()
    assert "[bad-timestamp-answer]" in run("stamp", bundle, "--upgrade", "--bitcoin-header", stranger)[1]
    assert bundle.read_bytes() == before
    assert stamp(bundle, "--upgrade", "--bitcoin-header", header)["stamps"][0]["verdict"] == "dated"
    assert "Attachments: passed" in run("verify-evidence", bundle, "--bitcoin-header", header)[1]


def test_a_promise_is_not_given_up_for_a_block_that_nobody_vouches_for(
    calendar: Calendar, bundle: Path
) -> None:
    stamp(bundle, "--calendar", calendar.url)
    [waiting] = calendar.waiting
    calendar.waiting.clear()
    calendar.known[waiting.hex()] = MADE_UP + calendar.take(waiting)
    assert "block 7" in stamp(bundle, *again(calendar))["stamps"][0]["said"]
    calendar.known.clear()

    height = calendar.mine()
    header = f"{height}={calendar.headers[height].hex()}"
    assert stamp(bundle, *again(calendar), "--bitcoin-header", header)["stamps"][0]["verdict"] == "dated"
    assert "Attachments: passed" in run("verify-evidence", bundle, "--bitcoin-header", header)[1]


def test_no_address_is_asked_because_a_bundle_says_so(calendar: Calendar, bundle: Path) -> None:
    stamp(bundle, "--calendar", calendar.url)
    with small_server() as other:
        status, said = run("stamp", bundle, "--upgrade", "--calendar", other.url)
        assert (status, other.asked) == (1, [])
    assert f"the proofs wait for {calendar.url}: none of these was named [which-calendar]" in said


@pytest.mark.parametrize("answer", [b"", b"0", b"\x30\x00", b"no time stamp at all"])
def test_an_authority_that_lies_leaves_the_bundle_as_it_was(bundle: Path, answer: bytes) -> None:
    class Liar:
        def answer(self, _: bytes) -> bytes:
            return answer

    before = bundle.read_bytes()
    with serving(Liar()) as url:
        status, said = run("stamp", bundle, "--tsa", url)
    assert status == 1
    assert "[bad-timestamp-answer]" in said
    assert bundle.read_bytes() == before


def test_a_stamp_of_something_else_or_of_nobody_known_is_not_kept(
    house: Authority, bundle: Path, tmp_path: Path
) -> None:
    class Other:
        def answer(self, _: bytes) -> bytes:
            return (house.folder / "response").read_bytes()

    before = bundle.read_bytes()
    token_of(house, Hash32(bytes(32)))  # what it answers to everybody from now on
    stranger = authority(tmp_path / "stranger", elliptic())
    with serving(Other()) as url:
        assert "[bad-timestamp-answer]" in run("stamp", bundle, "--tsa", url)[1]
    with serving(house) as url:
        said = run("stamp", bundle, "--tsa", url, "--tsa-root", stranger.folder / "root.pem")[1]
    assert "[bad-timestamp-answer]" in said
    assert bundle.read_bytes() == before


def test_one_that_never_answers_is_left_and_one_that_answers_a_gigabyte_is_not_heard_out(
    bundle: Path,
) -> None:
    before = bundle.read_bytes()
    with silent() as url:
        status, said, problem = process("stamp", bundle, "--tsa", url, "--patience", 1, "--json")
    assert (status, json.loads(said)["code"]) == (1, "no-timestamper")
    assert "[no-timestamper]" in problem
    with endless() as (url, sent):
        assert "has more than" in run("stamp", bundle, "--tsa", url)[1]
    assert max(sent) < 1 << 28
    assert bundle.read_bytes() == before


def test_those_who_answer_are_kept_beside_those_who_do_not(
    house: Authority, calendar: Calendar, bundle: Path
) -> None:
    with small_server() as server, serving(house) as url:
        server.status = CUT
        call = (bundle, "--tsa", server.url, "--tsa", url, "--calendar", server.url, "--calendar")
        done = RUNNER.invoke(app, ["stamp", *map(str, call), calendar.url, "--json"])
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert [one["type"] for one in told["stamps"]] == attachments_of(bundle) == ["rfc3161", "opentimestamps"]
    assert [(one["from"], one["code"]) for one in told["problems"]] == [(server.url, "no-timestamper")] * 2
    assert "2 of 4 gave no stamp that holds [stamps-incomplete]" in done.stderr


def test_a_bundle_that_does_not_hold_is_refused_before_anybody_is_asked(
    records: RealRecords, bundle: Path
) -> None:
    content = records.logged.content
    place = content.index(b'"signature":"0x') + 40
    bundle.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    with small_server() as server:
        status, said = run("stamp", bundle, "--tsa", server.url, "--calendar", server.url)
        assert (status, server.asked) == (1, [])
        bundle.write_bytes(b"{}")
        assert run("stamp", bundle, "--upgrade", "--calendar", server.url)[0] == 1
        assert server.asked == []
    assert "nobody was asked" in said
    assert "[unsound-evidence]" in said


def test_a_bundle_takes_no_more_stamps_than_a_verifier_reads(
    records: RealRecords, house: Authority, bundle: Path
) -> None:
    made = records.logged
    token = token_of(house, SUBJECTS["logged"](made))
    almost = replace(made.parts, attachments=(token,) * (MAX_ATTACHMENTS - 1))
    bundle.write_bytes(replace(made, parts=almost).content)
    with serving(house) as url:
        stamp(bundle, "--tsa", url)
    full = bundle.read_bytes()
    with small_server() as server:
        status, said = run("stamp", bundle, "--tsa", server.url)
        assert server.asked == []
    assert status == 1
    assert "attachments: 17 time stamps, at most 16 are read [evidence-too-large]" in said
    assert bundle.read_bytes() == full


@pytest.mark.parametrize("place", ["file", "folder", "out"])
def test_a_place_that_cannot_be_written_is_told_before_anybody_is_asked(bundle: Path, place: str) -> None:
    before = bundle.read_bytes()
    more: tuple[object, ...] = ()
    if place == "file":
        bundle.chmod(0o444)
    elif place == "folder":
        bundle.parent.chmod(0o555)
    else:
        more = ("--out", bundle.parent / "nowhere" / "stamped.json")
    with small_server() as server:
        call = ("stamp", bundle, "--tsa", server.url, *more)
        status, *said = process(*call, program=(UNPRIVILEGED,)) if place != "out" else run(*call)
        assert server.asked == []
    bundle.parent.chmod(0o755)
    assert status == 1
    assert "[file-failed]" in "".join(said)
    assert bundle.read_bytes() == before
    assert list(bundle.parent.iterdir()) == [bundle]


def test_another_file_is_made_and_none_is_written_over(house: Authority, bundle: Path) -> None:
    before, other = bundle.read_bytes(), bundle.with_name("stamped.json")
    with serving(house) as url:
        stamp(bundle, "--tsa", url, "--out", other)
        assert attachments_of(other) == ["rfc3161"]
        assert bundle.read_bytes() == before
        kept = other.read_bytes()
        assert "[file-exists]" in run("stamp", bundle, "--tsa", url, "--out", other)[1]
    assert other.read_bytes() == kept
    assert sorted(bundle.parent.iterdir()) == [other, bundle]


def test_a_link_to_a_bundle_stays_one_and_permissions_stay_as_they_are(
    house: Authority, bundle: Path
) -> None:
    link = bundle.with_name("link.json")
    link.symlink_to(bundle.name)
    bundle.chmod(0o640)
    with serving(house) as url:
        stamp(link, "--tsa", url)
    assert link.is_symlink()
    assert attachments_of(bundle) == ["rfc3161"]
    assert bundle.stat().st_mode & 0o777 == 0o640


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    file, other = tmp_path / "file", tmp_path / "other"
    file.write_bytes(b"before")
    with replacing(file, b"before") as put:
        file.write_bytes(b"meanwhile")
        with pytest.raises(CommandError, match="was written to meanwhile"):
            put(b"after")
    with making(other) as put:
        other.write_bytes(b"meanwhile")
        with pytest.raises(CommandError, match="is there already"):
            put(b"after")
    assert (file.read_bytes(), other.read_bytes()) == (b"meanwhile", b"meanwhile")
    assert sorted(tmp_path.iterdir()) == [file, other]


def test_somebody_must_be_named(bundle: Path) -> None:
    assert "[nobody-to-ask]" in run("stamp", bundle)[1]
    assert "[nothing-waits]" in run("stamp", bundle, "--upgrade")[1]
    assert run("stamp", bundle, "--upgrade", "--tsa", "http://127.0.0.1:9")[0] == 2
    assert run("stamp", bundle, "--tsa", "http://127.0.0.1:9", "--bitcoin-header", "1=00")[0] == 2
    assert "[no-timestamper]" in run("stamp", bundle, "--tsa", "nowhere")[1]
