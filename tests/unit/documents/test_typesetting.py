"""From texts to lines of glyphs."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.documents.shaping import Line, printable
from registry.documents.typefaces import EM, chain_for, serif
from registry.documents.typesetting import fit, fit_names, set_line, wrap

NAMES = {
    "Latin": "Zo\u00eb \u0160\u0165astn\u00e1, Ng\u00f4 B\u1ea3o Ch\u00e2u",
    "Greek and Cyrillic": "\u0393\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2 \u0416\u0430\u043d\u043d\u0430",
    "Chinese": "\u5f20\u4f1f \u5f35\u5049 \u9555",
    "Japanese": "\u5c71\u7530 \u592a\u90ce \u3042\u3044 \u30ab\u30bf\u30ab\u30ca",
    "Korean": "\uae40\ubbfc\uc900",
    "Arabic": "\u0645\u062d\u0645\u062f \u0639\u0628\u062f \u0627\u0644\u0631\u062d\u0645\u0646",
    "Persian": "\u0645\u06cc\u200c\u0646\u0648\u06cc\u0633\u0645",
    "beyond the first plane": "\U00020bb7\u91ce\u5bb6",
}


def texts(line: Line) -> str:
    return "".join(glyph.text for glyph in sorted(line.glyphs, key=lambda glyph: glyph.start))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_names_of_the_world_have_a_glyph_for_every_letter(name: str) -> None:
    assert printable(name, chain_for(name, None)) == name
    (line,) = wrap(name, 10, 500)
    assert texts(line) == name
    assert all(glyph.number for glyph in line.glyphs)


def test_arabic_letters_join_and_run_from_right_to_left() -> None:
    (line,) = wrap("\u0628\u0628\u0628", 10, 500)
    assert [glyph.start for glyph in line.glyphs if glyph.text] == [2, 1, 0]
    forms = {tuple(glyph.number for glyph in line.glyphs if glyph.start == start) for start in range(3)}
    assert len(forms) == 3  # one letter in its first, middle and last form


def test_the_language_decides_how_one_ideograph_is_drawn() -> None:
    faces = {
        tag: wrap("\u76f4", 10, 100, tag)[0].glyphs[0].typeface.name for tag in ("zh", "zh-TW", "ja", "ko")
    }
    assert list(faces.values()) == ["NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"]
    assert wrap("\u76f4\u3042", 10, 100)[0].glyphs[0].typeface.name == "NotoSansJP"
    assert wrap("\u76f4\uae40", 10, 100)[0].glyphs[0].typeface.name == "NotoSansKR"


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\u0000", "\u00ad", "\ue000", "\U0001f600", "\u0915", "\ufeff"]
)
def test_what_cannot_be_printed_is_shown_as_its_code_point(character: str) -> None:
    assert f"U+{ord(character):04X}" in printable(f"a{character}b", chain_for(character, None))


@pytest.mark.parametrize("text", [" ", "\t\n", "\u200d", "\u200e \u200f", "\ufe0f"])
def test_a_text_that_shows_nothing_is_shown_as_code_points(text: str) -> None:
    assert "U+" in printable(text, chain_for(text, None))


def test_without_a_face_for_it_an_ideograph_is_a_code_point_too() -> None:
    assert printable("\u5f20", [serif()]).count("U+5F20") == 1
    assert set_line("a \u5f20", [serif()]).width > 0


def test_a_line_break_in_a_title_makes_no_line_of_its_own() -> None:
    assert printable("a\n\u2028b", chain_for("", None)) == "a b"


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_every_text_can_be_set_and_loses_nothing(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode() or "a"
    shown = printable(text, chain_for(text, None))
    lines = wrap(text, 10, 120)
    assert "".join(line.text for line in lines).replace(" ", "") == shown.replace(" ", "")
    assert all(line.width * 10 / EM <= 121 or len(line.text) == 1 for line in lines if not _marks(line.text))


def _marks(text: str) -> bool:
    return any(unicodedata.category(letter).startswith("M") for letter in text)


def test_a_word_without_end_is_broken() -> None:
    lines = wrap("W" * 300, 10, 100)
    assert len(lines) > 20
    assert all(line.width * 10 / EM <= 100 for line in lines)


def test_chinese_breaks_between_characters_but_not_before_a_full_stop() -> None:
    lines = wrap("\u6c34\u58a8\u5c71\u6c34\u3002\u6c34\u58a8", 10, 42)
    assert [line.text for line in lines] == ["\u6c34\u58a8\u5c71", "\u6c34\u3002\u6c34\u58a8"]


def test_a_title_takes_the_largest_size_at_which_it_fits() -> None:
    assert fit("Low tide", (30, 20), 400, 2).size == 30
    longer = fit("Low tide at the mouth of the river, seen from the dyke", (30, 20), 400, 2)
    assert (longer.size, longer.whole, len(longer.lines)) == (20, True, 2)


def test_a_title_that_is_too_long_is_cut_and_says_so() -> None:
    block = fit("word " * 60, (30, 20), 200, 2)
    assert not block.whole
    assert block.lines[-1].text.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert all(line.width * 20 / EM <= 200 for line in block.lines)


def test_lines_of_a_title_are_about_equally_long() -> None:
    first, second = fit("Prelude in C, BWV 846, bars 1 to 7", (29,), 460, 3).lines
    assert second.width > first.width / 2


def test_names_written_from_right_to_left_do_not_reorder_the_others() -> None:
    (line,) = fit_names(["\u0645\u062d\u0645\u062f", "Anna", "Bela"], (10,), 400, 1).lines
    assert line.text == "\u0645\u062d\u0645\u062f \u00b7 Anna \u00b7 Bela"
    assert "".join(glyph.text for glyph in line.glyphs[-11:]) == "Anna \u00b7 Bela"


def test_names_that_do_not_fit_are_counted() -> None:
    block = fit_names([f"Contributor {number}" for number in range(30)], (10, 8), 300, 2)
    shown = block.lines[0].text.count("Contributor") + block.lines[1].text.count("Contributor")
    assert block.lines[-1].text.endswith(f"and {30 - shown} more")
    assert not block.whole
