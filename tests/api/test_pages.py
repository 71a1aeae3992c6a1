"""The page as the server sends it, without a script; `tests/e2e/test_page.py` has the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

import api.web
from api.web import wording
from api.web.wording import (
    HOW_MADE_WORDS,
    STATUS_WORDS,
    USE_WORDS,
    clock,
    rate_words,
    region_words,
    size_words,
)
from api.words import ether, span
from registry.fingerprint.rates import Rate
from registry.model import PERPETUAL, Judgement, Status, Verdict
from registry.samples import samples
from registry.samples.alter import altered_picture
from registry.schemas import schema
from tests.api.house import PRICE_WEI, House, Json, house, new_key, picture

HTML = {"accept": "text/html"}


class Elements(HTMLParser):
    """Start tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A registry in which nothing was ever registered."""
    with house(tmp_path_factory.mktemp("empty")) as opened:
        yield opened


@pytest.fixture(scope="module")
def shown(at_home: House) -> Json:
    """A work with a preview, an offer and a rival."""
    key, data = new_key(), samples()[1].read()
    record = at_home.register(
        key,
        data,
        title="Chelsea",
        usage_preferences={"train-ai": "refuse"},
        keep_preview=True,
        creators=[{"name": "Stéfan", "role": "photographer"}],
    )
    at_home.offer(key, record["work_id"], duration_seconds=86_400 * 30, max_grants=5, flags=["exclusive"])
    at_home.register(new_key(), data, {record["work_id"]: "adverse-claim"}, title="Mine!")
    return record


def page(answer: httpx.Response, status: int = 200) -> Elements:
    """The page in the answer, held to what every page must be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    elements = Elements(answer.text)
    for tag, attributes in elements.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert tag != "style"
        assert tag != "script" or str(attributes["src"]).startswith("/static/")
        assert tag != "img" or "alt" in attributes
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    return elements


def test_an_empty_registry_shows_three_ways_to_begin(empty: House) -> None:
    elements = page(empty.client.get("/"))

    assert "Drop a file here" in elements.text
    assert "Add the sample works" in elements.text
    assert re.search(
        r'colophon register photo\.jpg --title "My photograph" --creator "My name" --preview', elements.text
    )
    assert f"--url {str(empty.client.base_url).rstrip('/')}" in elements.text


def test_the_samples_come_with_one_click_and_are_labelled(empty: House) -> None:
    answer = empty.client.post("/samples")
    elements = page(empty.client.get("/"))
    again = empty.client.post("/samples")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert all(f"{sample.title} (sample)" in elements.text for sample in samples())
    assert again.status_code == 303
    assert len(empty.get("/v1/works")["records"]) == len(samples())


def test_a_sound_shows_its_waveform_only_if_its_claimant_let_it(at_home: House) -> None:
    [prelude] = [sample.read() for sample in samples() if sample.title.startswith("Prelude")]
    kept = at_home.register(new_key(), prelude, title="Prelude", keep_preview=True)["work_id"]
    hidden = at_home.register(new_key(), prelude, {kept: "adverse-claim"}, title="Mine!")["work_id"]
    pages = [Elements(at_home.client.get(f"/works/{one}", headers=HTML).text) for one in (kept, hidden)]
    pictures = [[of["src"] for tag, of in page.tags if of.get("class") == "picture"] for page in pages]
    assert pictures == [[f"/v1/works/{kept}/preview"], []]
    assert "No preview: audio" in [of.get("aria-label") for _, of in pages[1].tags]


def test_a_copy_is_told_in_words_without_a_script(at_home: House, shown: Json) -> None:
    copy = altered_picture(samples()[1].read())

    elements = page(at_home.client.post("/verify", files={"file": ("x", copy)}))

    assert "This is a copy of a registered work, mirrored" in elements.text
    assert re.search(r"Distance \d+: 0 is the same, up to 31 counts as a match", elements.text)
    assert ("a", f"/works/{shown['work_id']}") in [
        (tag, attributes.get("href")) for tag, attributes in elements.tags
    ]
    assert at_home.uploads() == []


def test_the_very_file_is_told_apart_from_a_copy(at_home: House, shown: Json) -> None:
    elements = page(at_home.client.post("/verify", files={"file": ("x", samples()[1].read())}))

    assert "This is a registered file, byte for byte" in elements.text
    assert shown["work_id"] in str(elements.tags)


def test_no_match_promises_nothing(at_home: House) -> None:
    elements = page(at_home.client.post("/verify", files={"file": ("x", at_home.new_picture())}))

    assert "Nothing registered here matches" in elements.text
    assert "That does not mean that nobody has rights in it." in elements.text


def test_a_bad_file_is_told_on_the_page(at_home: House) -> None:
    answer = at_home.client.post("/verify", files={"file": ("x", picture(6)[:-2_000])}, headers=HTML)

    assert "The file is damaged" in page(answer, 422).text
    assert at_home.uploads() == []


def test_a_file_over_the_limit_is_told_in_the_same_house(at_home: House) -> None:
    answer = at_home.client.post("/verify", files={"file": ("x", bytes(6 * 2**20))}, headers=HTML)

    assert "The file is too large" in page(answer, 413).text


def test_a_form_without_a_file_is_told_in_the_same_house(at_home: House) -> None:
    page(at_home.client.post("/verify", headers=HTML), 422)


@pytest.mark.parametrize("path", ["/verify", "/samples"])
@pytest.mark.parametrize("origin", ["http://registry.example", "null"])
def test_a_form_of_another_site_is_refused(at_home: House, path: str, origin: str) -> None:
    answer = at_home.client.post(path, files={"file": ("x", b"x")}, headers={"origin": origin, **HTML})

    assert "another site" in page(answer, 403).text


def test_the_page_of_a_work_says_what_is_known_and_no_more(at_home: House, shown: Json) -> None:
    elements = page(at_home.client.get(f"/works/{shown['work_id']}"))

    for words in (
        "Chelsea",
        "Stéfan",
        "photographer",
        "local chain: date not independently proven",
        "A registration is a claim with a date, not a finding of ownership.",
        shown["registration_number"],
        shown["declaration"]["claimant"],
        shown["declaration"]["content_hash"],
        "The declaration was recorded on chain",
        "The title was made",
        STATUS_WORDS[Status.FINAL],
        USE_WORDS["train-ai"],
        "refused",
    ):
        assert words in elements.text
    assert "owner" not in elements.text.replace("finding of ownership", "")
    assert ("img", f"/v1/works/{shown['work_id']}/preview") in [
        (tag, found.get("src")) for tag, found in elements.tags
    ]


def test_an_offer_shows_price_terms_and_the_line_that_buys_it(at_home: House, shown: Json) -> None:
    [offer] = at_home.get(f"/v1/works/{shown['work_id']}/offers")["offers"]

    text = page(at_home.client.get(f"/works/{shown['work_id']}")).text

    for words in (
        "0.001 ETH",
        "For 30 days from purchase",
        "5 of 5 left",
        "exclusive",
        "Editorial use",
        offer["terms"]["text"],
    ):
        assert words in text
    assert f"colophon buy {offer['offer_hash']} --max-price {PRICE_WEI}wei" in text


def test_rivals_are_shown_on_both_pages(at_home: House, shown: Json) -> None:
    [claim] = at_home.get(f"/v1/works/{shown['work_id']}")["adverse_claims"]

    for work_id, rival in ((shown["work_id"], claim["work_id"]), (claim["work_id"], shown["work_id"])):
        elements = page(at_home.client.get(f"/works/{work_id}"))
        assert "Others claim this work too" in elements.text
        assert f"/works/{rival}" in [attributes.get("href") for _, attributes in elements.tags]


def test_what_a_claimant_writes_is_text_and_nothing_else(at_home: House) -> None:
    title = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7 * 7 }}'
    record = at_home.register(
        new_key(), at_home.new_picture(), title=title, creators=[{"name": "<b>A & B</b>"}]
    )

    for path in ("/", f"/works/{record['work_id']}"):
        answer = at_home.client.get(path)
        assert title in page(answer).text
        assert "<b>A" not in answer.text


@pytest.mark.parametrize("path", ["/nothing", f"/works/0x{'ab' * 32}"])
def test_what_does_not_exist_has_a_page_of_the_same_house(at_home: House, path: str) -> None:
    elements = page(at_home.client.get(path, headers=HTML), 404)

    assert "Nothing of that name" in elements.text
    assert "/" in [attributes.get("href") for _, attributes in elements.tags]


def test_programs_are_answered_in_json_even_where_people_are(at_home: House) -> None:
    assert at_home.client.get("/nothing").headers["content-type"] == "application/problem+json"
    assert (
        at_home.client.get("/v1/nothing", headers=HTML).headers["content-type"] == "application/problem+json"
    )


def test_everything_a_page_loads_is_ours_and_there(at_home: House, shown: Json) -> None:
    elements = page(at_home.client.get(f"/works/{shown['work_id']}"))

    loaded = {
        str(attributes.get("src") or attributes["href"])
        for tag, attributes in elements.tags
        if tag in ("link", "script", "img")
    }
    assert all(path.startswith("/") for path in loaded)
    assert {at_home.client.get(path).status_code for path in loaded} == {200}


def test_the_script_and_the_sheet_load_nothing_from_elsewhere() -> None:
    static = Path(api.web.__file__).parent / "static"

    for name in ("page.css", "page.js"):
        assert not re.search(r"https?:|@import|url\(|innerHTML|eval\(", (static / name).read_text("utf-8"))


def test_where_a_match_lies_is_told_in_the_terms_of_its_medium() -> None:
    passage = {
        "start_character": 0,
        "end_character": 1200,
        "work_start_character": 40,
        "work_end_character": 1240,
    }
    one = region_words(passage | {"passages": 1, "characters_in_passages": 1200})
    three = region_words(passage | {"passages": 3, "characters_in_passages": 2000})

    assert one == "The passage: characters 1 to 1,200 of your text, 41 to 1,240 of the work."
    assert three.startswith("3 passages, 2,000 characters in all; the longest: characters 1 to 1,200 of your")
    assert region_words({"start_ms": 0, "end_ms": 61_000}) == "Found from 0:00 to 1:01 of your file."


def test_where_a_sound_lies_in_the_work_is_told_with_what_differs() -> None:
    times = {"start_ms": 0, "end_ms": 61_000, "work_start_ms": 5_000, "work_end_ms": 74_000}
    found = "Found from 0:00 to 1:01 of your file, 0:05 to 1:14 of the work"

    assert region_words(times | {"tempo_permille": 1003, "pitch_cents": -4}) == f"{found}."
    assert region_words(times | {"tempo_permille": 1131, "pitch_cents": 0}) == f"{found}, 13.1 % faster."
    lower = region_words(times | {"tempo_permille": 909, "pitch_cents": -165})
    assert lower == f"{found}, 9.1 % slower and 165 cents lower."
    assert region_words(None) == region_words({"unknown": 1}) == ""


def test_how_often_a_match_is_none_is_told_where_it_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    judgement = Judgement(Verdict.COPY, 3, 31, "bits of 256", "made-up/1:mirrored", 1000)
    assert rate_words(judgement) == ""

    monkeypatch.setattr(wording, "rate_of", lambda _: Rate(2, 1_000_000, 7))
    assert (
        rate_words(judgement)
        == "Of 1,000,000 pairs of unrelated works 2 matched like this, at most 7 in a million."
    )


@pytest.mark.parametrize(
    ("wei", "words"),
    [
        (0, "0 ETH"),
        (1, "0.000000000000000001 ETH"),
        (10**18, "1 ETH"),
        (1_500 * 10**15, "1.5 ETH"),
        (2**128, "340282366920938463463.374607431768211456 ETH"),
    ],
)
def test_a_sum_is_exact_in_ether(wei: int, words: str) -> None:
    assert ether(wei) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (90, "90 seconds"),
        (60, "1 minute"),
        (86_400, "1 day"),
        (86_400 * 365, "365 days"),
        (90_000, "25 hours"),
        (PERPETUAL, "without end"),
    ],
)
def test_a_span_is_told_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_sizes_and_lengths_are_told_as_people_read_them() -> None:
    assert [size_words(count) for count in (512, 2_048, 3 * 2**20 + 2**19)] == [
        "512 bytes",
        "2 KiB",
        "3.5 MiB",
    ]
    assert [clock(count) for count in (0, 61_500, 600_000)] == ["0:00", "1:01", "10:00"]


def test_there_are_words_for_every_status_use_and_way_of_making() -> None:
    assert set(STATUS_WORDS) == set(Status)
    assert set(USE_WORDS) == set(schema("metadata")["properties"]["usage_preferences"]["properties"])
    assert set(HOW_MADE_WORDS) == set(schema("metadata")["properties"]["how_made"]["enum"])
