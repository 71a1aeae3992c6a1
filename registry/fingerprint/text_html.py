"""What people read of an HTML page, in one pass over it.

Each step of the scan goes forward or ends it, so that a page costs time in proportion to its length, whatever
is left open in it; the standard library's parser takes time in proportion to the square on pages made for
that. Nothing is kept of the tree: tags may be nested as deep as they like.
"""

from __future__ import annotations

import html
import re
from typing import Final

from registry.fingerprint import text_limits
from registry.fingerprint.text_limits import Collected

# What stands in them is never read by people, and no tag in them is one (HTML standard, 13.2.5, raw text).
_RAW: Final = frozenset({"script", "style", "iframe", "noembed", "noframes", "xmp"})
_RAW_ENDS: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}
# Nor in these, but their tags count.
_HIDDEN: Final = frozenset({"template", "noscript"})
# Tags that do not break the line; behind any other the next word is another word.
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins"}
    | {"kbd", "mark", "q", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u"}
    | {"var", "wbr"}
)
_TAG = re.compile(r"(/?)([a-zA-Z][^\s/>]{0,40})")
_END_OR_QUOTE = re.compile(r"[>\"']")
_AFTER_EQUALS = re.compile(r"=\s*$")
_LONGEST_EQUALS = 16  # characters looked back over for the equals sign before a quotation mark


def read(page: str) -> str:
    """The words of a page, a line break where a block begins or ends.

    Raises:
        MediaTooLargeError: Over the limits of `text_limits`.
    """
    reader = _Reader(page)
    while reader.step():
        pass
    return reader.collected.text()


class _Reader:
    """A place in a page, and what was read up to there."""

    def __init__(self, page: str) -> None:
        self.collected = Collected()
        self._page = page
        self._at = 0
        self._tags = 0
        self._hidden = 0
        self._is_new_line = True

    def step(self) -> bool:
        """Read up to the next tag, and the tag; whether there is more."""
        opening = self._page.find("<", self._at)
        if opening < 0:
            self._words(len(self._page))
            return False
        self._words(opening)
        if tag := _TAG.match(self._page, opening + 1):
            return self._tag(tag)
        return self._no_tag(opening)

    def _words(self, end: int) -> None:
        words = self._page[self._at : end]
        self._at = end
        if words and not self._hidden:
            self.collected.add(html.unescape(words))
            self._is_new_line = False

    def _no_tag(self, opening: int) -> bool:
        """A comment, a declaration, or a sign that stands for itself."""
        if self._page.startswith("<!--", opening):
            return self._go_past("-->", opening + 4)
        if self._page.startswith(("<!", "<?", "</"), opening):
            return self._go_past(">", opening + 2)
        following = opening + 1
        self._words(following)
        return True

    def _go_past(self, mark: str, start: int) -> bool:
        found = self._page.find(mark, start)
        self._at = found + len(mark)
        return found >= 0

    def _tag(self, tag: re.Match[str]) -> bool:
        end = self._end_of_tag(tag.end())
        if end < 0:
            return False
        self._tags += 1
        text_limits.check("tags", self._tags, text_limits.MOST_TAGS)
        self._at = end
        name = tag[2].lower()
        if name not in _INLINE:
            self._break_line()
        if name in _HIDDEN:
            self._hidden = max(0, self._hidden + (-1 if tag[1] else 1))
        return name not in _RAW or bool(tag[1]) or self._skip_raw(name)

    def _end_of_tag(self, start: int) -> int:
        """Past the next `>` that is in no quoted value, -1 if there is none."""
        while found := _END_OR_QUOTE.search(self._page, start):
            if found[0] == ">":
                return found.end()
            start = found.end()
            if _AFTER_EQUALS.search(self._page[max(0, found.start() - _LONGEST_EQUALS) : found.start()]):
                closing = self._page.find(found[0], start)
                if closing < 0:
                    return -1
                start = closing + 1
        return -1

    def _skip_raw(self, name: str) -> bool:
        found = _RAW_ENDS[name].search(self._page, self._at)
        if found is None:
            return False
        self._at = found.start()
        return True

    def _break_line(self) -> None:
        if not self._is_new_line and not self._hidden:
            self.collected.add("\n")
            self._is_new_line = True
