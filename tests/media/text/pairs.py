"""Texts and copies of them, and texts that are not copies."""

import random
import re
from functools import partial

from registry.model import Verdict
from tests.media.media_files import Pair
from tests.media.text_files import docx, html, ideographs, pdf, prose

_LOOK_ALIKES = str.maketrans("aceopxyABEKMOT", "асеорхуАВЕКМОТ")  # noqa: RUF001 - Cyrillic is meant


def pairs() -> tuple[Pair, ...]:
    """What the first cut must tell apart."""
    text, other_text = prose(1), prose(2)
    chance = random.Random(3)  # noqa: S311 - no secrets
    paragraphs = text.split("\n\n")
    shuffled = "\n\n".join(chance.sample(paragraphs, len(paragraphs)))
    gaps = re.sub(r"\S+ ", lambda word: "" if chance.random() < 0.2 else word[0], text)
    quotation = other_text[:1500] + " " + text[1000:1400] + " " + other_text[1500:]
    written, other_written = ideographs(4), ideographs(5)
    copy = partial(Pair, work=text.encode(), verdict=Verdict.COPY, compared="text-grams/1")
    other = partial(Pair, work=text.encode())
    return (
        Pair("the same bytes", text.encode(), text.encode(), Verdict.IDENTICAL, "sha-256/1"),
        copy("without signs, in capitals", re.sub(r"[^\w]+", " ", text).upper().encode()),
        copy("look-alikes of another script", text.translate(_LOOK_ALIKES).encode()),
        copy("a hidden character behind each", "\u200b".join(text).encode()),
        copy("UTF-16 with a mark", text.encode("utf-16")),
        copy("UTF-16 without one", text.encode("utf-16-le")),
        copy("as HTML", html(text)),
        copy("as DOCX", docx(text)),
        copy("as PDF", pdf(text)),
        copy(
            "as Markdown", ("## Copy\n\n[" + text.replace("\n\n", "](http://x.example)\n\n[") + "]").encode()
        ),
        copy("paragraphs in another order", shuffled.encode()),
        copy("every fifth word left out", gaps.encode()),
        copy("its first quarter", text[: len(text) // 4].encode()),
        copy("quoted in another text", quotation.encode(), verdict=Verdict.CONTAINS),
        copy("quoted in a PDF", pdf(quotation), verdict=Verdict.CONTAINS),
        copy("ideographs, spaced", " ".join(written).encode(), work=written.encode()),
        copy(
            "ideographs, quoted",
            (other_written + written[100:250] + other_written).encode(),
            work=written.encode(),
            verdict=Verdict.CONTAINS,
        ),
        other("another text", other_text.encode()),
        other(
            "its words in another order", " ".join(chance.sample(text.split(), len(text.split()))).encode()
        ),
        other("backwards", text[::-1].encode()),
        other("one sentence of it", (other_text + text[300:350]).encode()),
        other("other ideographs", other_written.encode(), work=written.encode()),
        other("no letters at all", ("-" * 70 + "\n").encode() * 20),
    )
