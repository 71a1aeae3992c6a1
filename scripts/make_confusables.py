"""The table of letters that look alike, which texts are folded by before they are compared.

`python scripts/make_confusables.py confusables.json` reads the table of Unicode Technical Standard 39 as the
package `confusable_homoglyphs` 3.3.1 (MIT licence) carries it, data under the Unicode licence v3, and writes
`registry/fingerprint/text_confusables.json`. Fingerprints depend on every line of that file: a newer table is
a new scheme of `registry/fingerprint/text.py`, never a silent change.
"""

from __future__ import annotations

import argparse
import json
import string
import unicodedata
from pathlib import Path
from typing import Any

SOURCE = "confusable_homoglyphs 3.3.1, confusables.json, after Unicode Technical Standard 39"
OUTPUT = Path(__file__).resolve().parent.parent / "registry" / "fingerprint" / "text_confusables.json"
_ASCII = frozenset(string.ascii_lowercase + string.digits)
_SAME_IN_ASCII = {"l": "i", "1": "i", "0": "o"}  # the capital I is the small l of most faces

_LUNATE_SIGMAS = {
    "\u03f2": "c",
    "\u03f9": "c",
}  # decomposition makes another sigma of them, an o


def main() -> None:
    """Read the table and write the one of the registry."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("table", type=Path, help="confusables.json")
    table: dict[str, list[dict[str, str]]] = json.loads(parser.parse_args().table.read_bytes())
    alike = {one: {each["c"] for each in others} for one, others in table.items() if len(one) == 1}
    OUTPUT.write_text(json.dumps(document(alike), indent=1) + "\n", encoding="ascii")


def document(alike: dict[str, set[str]]) -> dict[str, Any]:
    """The file: for each letter that stays, all that are folded into it."""
    folded: dict[str, str] = {}
    for one in sorted({bare(one) for one in alike} - _ASCII):
        if len(one) == 1 and (letter := _letter(one, alike)):
            folded[one] = letter
    _fold_the_rest(folded, alike)
    folded.update(_SAME_IN_ASCII | _LUNATE_SIGMAS)
    into: dict[str, list[str]] = {}
    for one in sorted(folded):
        into.setdefault(_end(one, folded), []).append(one)
    return {"source": SOURCE, "folds": {letter: "".join(into[letter]) for letter in sorted(into)}}


def bare(text: str) -> str:
    """A text as it stands when the table is asked: decomposed, without case, letters and digits alone."""
    unmarked = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(each for each in unmarked if each.isalnum())


def _letter(one: str, alike: dict[str, set[str]]) -> str | None:
    """The ASCII letter or digit that `one` looks like; if none does, the one its capital looks like.

    Case is asked for in this order only, and not closed over: the Greek nu looks like v and its capital like
    N, and to make one class of all that is joined so would leave r, t, u, y and z the same letter.
    """
    for form in (one, one.upper()):
        likes = {bare(each) for each in alike.get(form, ()) if len(each) == 1} & _ASCII
        if likes:
            return min(likes)
    return None


def _end(one: str, folded: dict[str, str]) -> str:
    """Where a chain of likenesses ends, so that folding once is folding for good."""
    while one in folded:
        one = folded[one]
    return one


def _fold_the_rest(folded: dict[str, str], alike: dict[str, set[str]]) -> None:
    """Letters that look like no ASCII one but like each other: the ideograph and the kana of one shape."""
    for one in sorted(alike):
        others = {bare(each) for each in (one, *alike[one])}
        group = {each for each in others if len(each) == 1 and each not in _ASCII and each not in folded}
        if bare(one) in group and len(group) > 1:
            first = min(group)
            folded.update(dict.fromkeys(group - {first}, first))


if __name__ == "__main__":
    main()
