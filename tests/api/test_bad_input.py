"""Bad input over HTTP: each has a code, and leaves the registry as it was."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from eth_account import Account
from PIL import Image

from registry import statements
from registry.model import Hash32, Offer, OfferFlags, WorkId, to_unix
from registry.usecases.declare import registry_domain
from registry.usecases.offer import ledger_domain
from registry.usecases.viewer import token_hash
from tests.api.house import (
    MAX_UPLOAD_BYTES,
    PRICE_WEI,
    House,
    Json,
    good,
    new_key,
    picture,
    problem,
    signed,
)


@pytest.fixture
def unchanged(at_home: House) -> Iterator[None]:
    """The registry is the same after the test as before it."""
    before = at_home.state()
    yield
    assert at_home.state() == before


def giant_png() -> bytes:
    """A PNG of 40 000 x 40 000 pixels whose data really unfolds to that: 200 MB of bits from some 200 kB."""
    side = 40_000
    deflate = zlib.compressobj(9)
    row = b"\0" + bytes(side // 8)
    data = b"".join(deflate.compress(row) for _ in range(side)) + deflate.flush()
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def long_gif() -> bytes:
    """A GIF of 1 000 frames, each unlike the one before."""
    frames = [Image.new("L", (16, 16), color=number % 256) for number in range(1_000)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=10)
    return out.getvalue()


FILES: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "not an image": (lambda: b"\0\1\2\3 no picture, no sound\n" * 50, 415, "unsupported-media"),
    "a truncated image": (lambda: picture(1)[:-2_000], 422, "undecodable-media"),
    "no bytes": (lambda: b"", 422, "empty-file"),
    "a picture of 40 000 x 40 000": (giant_png, 422, "media-too-large"),
    "a GIF of 1 000 frames": (long_gif, 422, "media-too-large"),
    "a file over the limit": (lambda: bytes(MAX_UPLOAD_BYTES + 1), 413, "file-too-large"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("path", ["/v1/verifications", "/v1/drafts"])
@pytest.mark.usefixtures("unchanged")
def test_a_bad_file_has_its_code_and_leaves_nothing(at_home: House, path: str, name: str) -> None:
    made, status, code = FILES[name]
    form = {"claimant": new_key().address, "facts": '{"title": "Bad", "creators": [{"name": "Nobody"}]}'}

    answer = at_home.client.post(
        path, data=form if path == "/v1/drafts" else {}, files={"file": ("x.png", made())}
    )

    problem(answer, status, code)


def test_the_next_file_is_served_as_if_nothing_had_been(at_home: House) -> None:
    for made, status, code in FILES.values():
        problem(at_home.client.post("/v1/verifications", files={"file": ("x", made())}), status, code)

        good(at_home.client.post("/v1/verifications", files={"file": ("x", picture(2))}), 200)


def test_another_keys_signature_records_nothing(at_home: House) -> None:
    key, thief = new_key(), new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    ready = at_home.ready(draft)
    before = at_home.state()

    document = problem(at_home.record(draft, signed(thief, ready)), 422, "invalid-signature")

    assert (document["expected"], document["recovered"]) == (key.address, thief.address)
    assert at_home.state() == before


def test_another_chains_signature_records_nothing(at_home: House) -> None:
    key = new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    ready = at_home.ready(draft)
    ready["typed_data"]["domain"]["chainId"] = 1
    before = at_home.state()

    problem(at_home.record(draft, signed(key, ready)), 422, "invalid-signature")

    assert at_home.state() == before


def test_a_signature_of_nonsense_records_nothing(at_home: House) -> None:
    draft = at_home.draft(new_key().address, at_home.new_picture())
    at_home.ready(draft)
    before = at_home.state()

    for nonsense in ("0x00", "0x" + "ff" * 65, "0x" + "00" * 65, "0x" + "ab" * 200):
        problem(at_home.record(draft, nonsense), 422, "invalid-signature")
    for no_hex in ("0x", "ff", "0xf", "0xzz", "0x" + "ff" * 9_000):
        problem(at_home.record(draft, no_hex), 422, "invalid-request")

    assert at_home.state() == before


def test_an_expired_registration_records_nothing(at_home: House) -> None:
    key, registry = new_key(), at_home.registry
    draft = at_home.draft(key.address, at_home.new_picture())
    at_home.ready(draft)
    with registry.read_work.store.write() as unit:
        kept = unit.drafts.get(token_hash(draft["draft_id"]))
        assert kept is not None
        assert kept.registration is not None
        expired = replace(kept.registration, deadline=int(time.time()) - 1)
        unit.drafts.put(replace(kept, registration=expired))
    digest = statements.digest(expired, registry_domain(registry.chain))
    before = at_home.state()

    answer = at_home.record(draft, signed_digest(key, digest))

    assert problem(answer, 409, "deadline-expired")["deadline"].endswith("Z")
    assert at_home.state() == before


def test_a_draft_without_answers_records_nothing(at_home: House) -> None:
    draft = at_home.draft(new_key().address, at_home.new_picture())
    before = at_home.state()

    problem(at_home.record(draft, "0x" + "11" * 65), 409, "draft-not-ready")

    assert at_home.state() == before


def test_the_same_bytes_by_the_same_claimant_are_refused(at_home: House) -> None:
    key, data = new_key(), at_home.new_picture()
    record = at_home.register(key, data)
    before = at_home.state()
    form = {"claimant": key.address, "facts": '{"title": "Again", "creators": [{"name": "Somebody"}]}'}

    answer = at_home.client.post("/v1/drafts", data=form, files={"file": ("x", data)})

    assert problem(answer, 409, "already-registered")["work_id"] == record["work_id"]
    assert at_home.state() == before


def test_two_drafts_of_the_same_bytes_make_one_record(at_home: House) -> None:
    key, data = new_key(), at_home.new_picture()
    drafts = [at_home.draft(key.address, data) for _ in range(2)]
    signatures = [signed(key, at_home.ready(draft)) for draft in drafts]

    good(at_home.record(drafts[0], signatures[0], via="register"), 201)
    before = at_home.state()

    problem(at_home.record(drafts[1], signatures[1]), 409, "already-registered")
    assert at_home.state() == before


@pytest.mark.parametrize("via", ["batch", "registerFromLog", "", "REGISTER"])
@pytest.mark.usefixtures("unchanged")
def test_a_way_in_that_a_single_work_does_not_have_is_refused(at_home: House, via: str) -> None:
    draft = at_home.draft(new_key().address, at_home.new_picture())

    assert problem(at_home.record(draft, "0x" + "11" * 65, via), 422, "unsupported-way")["supported"] == [
        "log",
        "register",
        "registerFor",
        "reveal",
    ]


@pytest.mark.parametrize(
    "facts",
    [
        "{",
        "[]",
        "{}",
        '{"title": "", "creators": [{"name": "A"}]}',
        '{"title": "A", "creators": []}',
        '{"title": "A", "creators": [{"name": "A"}], "salt": "0x00"}',
        '{"title": "A", "creators": [{"name": "A"}], "year": 20260}',
        '{"title": "A", "creators": [{"name": "A"}], "year": 1.5}',
        '{"title": "A\\u0000", "creators": [{"name": "A"}]}',
        '{"title": "A\\ud800", "creators": [{"name": "A"}]}',
        '{"title": "A", "creators": [{"name": "A"}], "usage_preferences": {"train-ai": "please not"}}',
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_facts_of_another_form_are_refused(at_home: House, facts: str) -> None:
    form = {"claimant": new_key().address, "facts": facts}

    answer = at_home.client.post("/v1/drafts", data=form, files={"file": ("x", picture(3))})

    assert problem(answer, 422, "invalid-request")["errors"][0]["loc"][:2] == ["body", "facts"]


@pytest.mark.parametrize(
    "claimant", ["", "0x12", "0x" + "g" * 40, "0x52908400098527886E0F7030069857D2E4169eE7"]
)
@pytest.mark.usefixtures("unchanged")
def test_a_claimant_that_is_no_account_is_refused(at_home: House, claimant: str) -> None:
    form = {"claimant": claimant, "facts": '{"title": "A", "creators": [{"name": "A"}]}'}

    answer = at_home.client.post("/v1/drafts", data=form, files={"file": ("x", picture(3))})

    problem(answer, 422, "invalid-request")


def test_a_price_over_the_buyers_limit_makes_no_transaction(at_home: House, titled: Titled) -> None:
    offer = at_home.offer(titled.key, titled.work_id)
    before = at_home.state()

    document = problem(
        at_home.purchase(offer["offer_hash"], new_key().address, PRICE_WEI - 1), 409, "price-over-limit"
    )

    assert (document["price_wei"], document["limit_wei"]) == (str(PRICE_WEI), str(PRICE_WEI - 1))
    assert at_home.state() == before


def test_who_no_longer_holds_the_title_can_offer_and_sell_nothing(at_home: House) -> None:
    licensor, successor, buyer = new_key(), new_key(), new_key()
    work_id = at_home.register(licensor, at_home.new_picture())["work_id"]
    published = at_home.offer(licensor, work_id)
    unpublished = at_home.prepare_offer(licensor, work_id)
    at_home.give_coin(licensor.address)
    at_home.give_coin(buyer.address)
    at_home.transfer_title(licensor, work_id, successor.address)
    before = at_home.state()

    body = {"work_id": work_id, "licensor": licensor.address, "terms": "editorial", "price_wei": "1"}
    anew = at_home.client.post("/v1/offer-drafts", json=body)
    late = at_home.publish(unpublished, signed(licensor, unpublished))
    bought = at_home.purchase(published["offer_hash"], buyer.address)

    assert problem(anew, 409, "not-title-holder")["holder"] == successor.address
    problem(late, 409, "not-title-holder")
    problem(bought, 409, "not-title-holder")
    assert at_home.state() == before


def test_an_offer_of_an_older_series_is_stale(at_home: House) -> None:
    licensor, other = new_key(), new_key()
    work_id = at_home.register(licensor, at_home.new_picture())["work_id"]
    prepared = at_home.prepare_offer(licensor, work_id)
    for account in (licensor, other):
        at_home.give_coin(account.address)
    at_home.transfer_title(licensor, work_id, other.address)
    at_home.transfer_title(other, work_id, licensor.address)
    before = at_home.state()

    document = problem(at_home.publish(prepared, signed(licensor, prepared)), 409, "stale-offer")

    assert document["offer_series"] == 0
    assert document["title_series"] == 2
    assert at_home.state() == before


class Titled:
    """A work on chain, and the key that holds its title."""

    def __init__(self, at_home: House) -> None:
        self.key = new_key()
        self.record: Json = at_home.register(self.key, at_home.new_picture())
        self.work_id: str = self.record["work_id"]


@pytest.fixture(scope="module")
def titled(at_home: House) -> Titled:
    """One work that every test of offers may try to sell."""
    return Titled(at_home)


def test_an_offer_signed_by_somebody_else_is_refused(at_home: House, titled: Titled) -> None:
    prepared = at_home.prepare_offer(titled.key, titled.work_id)
    before = at_home.state()

    problem(at_home.publish(prepared, signed(new_key(), prepared)), 422, "invalid-signature")

    assert at_home.state() == before


def test_an_offer_whose_price_was_changed_is_refused(at_home: House, titled: Titled) -> None:
    prepared = at_home.prepare_offer(titled.key, titled.work_id)
    signature = signed(titled.key, prepared)
    prepared["offer"]["price_wei"] = "1"
    before = at_home.state()

    problem(at_home.publish(prepared, signature), 422, "invalid-signature")

    assert at_home.state() == before


def test_an_offer_with_other_terms_is_refused(at_home: House, titled: Titled) -> None:
    prepared = at_home.prepare_offer(titled.key, titled.work_id)
    prepared["terms"]["attribution"] = False
    before = at_home.state()

    problem(at_home.publish(prepared, signed(titled.key, prepared)), 422, "invalid-value")

    assert at_home.state() == before


def test_an_offer_whose_window_has_closed_is_refused(at_home: House, titled: Titled) -> None:
    now = to_unix(at_home.registry.read_work.clock.now())
    prepared = at_home.prepare_offer(titled.key, titled.work_id)
    prepared["offer"]["valid_until"] = str(now - 1)
    offer = Offer(
        licensor=titled.record["title"]["holder"],
        work_id=WorkId.parse(titled.work_id),
        series=0,
        terms_hash=Hash32.parse(prepared["offer"]["terms_hash"]),
        flags=OfferFlags(0),
        price=PRICE_WEI,
        valid_from=int(prepared["offer"]["valid_from"]),
        valid_until=now - 1,
        salt=Hash32.parse(prepared["offer"]["salt"]),
    )
    digest = statements.digest(offer, ledger_domain(at_home.registry.chain))
    before = at_home.state()

    problem(at_home.publish(prepared, signed_digest(titled.key, digest)), 409, "deadline-expired")

    assert at_home.state() == before


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"price_wei": 10}, "invalid-request"),
        ({"price_wei": "01"}, "invalid-request"),
        ({"price_wei": "-1"}, "invalid-request"),
        ({"price_wei": str(2**128)}, "invalid-value"),
        ({"max_grants": 0}, "invalid-request"),
        ({"duration_seconds": 0}, "invalid-request"),
        ({"royalty_bps": 10_001}, "invalid-request"),
        ({"flags": ["eternal"]}, "invalid-request"),
        ({"terms": "generous"}, "invalid-request"),
        ({"terms": {"name": "Nothing else"}}, "invalid-document"),
        ({"unknown": 1}, "invalid-request"),
        ({"work_id": "0x12"}, "invalid-request"),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_choice_outside_what_can_be_offered_is_refused(
    at_home: House, titled: Titled, changed: dict[str, Any], code: str
) -> None:
    body = {"work_id": titled.work_id, "licensor": titled.key.address, "terms": "editorial", "price_wei": "1"}

    problem(at_home.client.post("/v1/offer-drafts", json=body | changed), 422, code)


def test_a_buyer_without_coin_is_told_before_signing(at_home: House, titled: Titled) -> None:
    offer = at_home.offer(titled.key, titled.work_id)

    answer = at_home.purchase(offer["offer_hash"], new_key().address)

    problem(answer, 409, "transaction-rejected")


@pytest.mark.usefixtures("unchanged")
def test_the_zero_account_can_hold_no_licence(at_home: House) -> None:
    answer: httpx.Response = at_home.purchase("0x" + "ab" * 32, "0x" + "00" * 20)

    problem(answer, 422, "invalid-value")


def signed_digest(key: Any, digest: Hash32) -> str:  # noqa: ANN401  # eth-account's key has no exported type
    """A signature over a digest made here, for statements that the registry would not make."""
    return str(Account.unsafe_sign_hash(digest, key.key).signature.to_0x_hex())
