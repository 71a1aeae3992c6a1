"""Fail if a file names a package host or a machine's folder, is too large or too long, or hides a warning.

`python scripts/check_hygiene.py` looks at every file that git tracks or would track. It needs nothing but the
standard library, so it runs before anything is installed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A clone stays quick, and a file that has to be larger is data that belongs elsewhere.
MAX_BYTES = 1_500_000
# Past this, two rooms share one file.
MAX_LINES = 400
# A contract's interface is one page, most of it documentation, and its errors cannot be inherited.
MAX_INTERFACE_LINES = 600
INTERFACES = ROOT / "contracts" / "src" / "interfaces"
SOURCE = {".css", ".html", ".js", ".mjs", ".py", ".sh", ".sol"}

# Names are put together here, so that this file does not contain what it looks for.
HOSTS = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("python" + "hosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("binaries", "soliditylang", "org"),
    )
)
HOME_FOLDER = re.compile(r"(?<![\w.}/-])/(?:home|root|Users)/\w")
OUTSIDE = "../" + "shared"
# Both comments silence one named rule, never all of them.
BARE_SILENCE = re.compile(r"#\s*(?:noqa(?!:\s*[A-Z]+\d)|type:\s*ignore(?!\[))", re.IGNORECASE)

Check = Callable[[Path, bytes, str | None], Iterator[str]]


def project_files() -> list[Path]:
    """Every file that git tracks, or would track if it were added.

    Raises:
        FileNotFoundError: git is not installed.
        subprocess.CalledProcessError: This is not a checkout.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    paths = (ROOT / name for name in listing.decode().split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def check_size(_path: Path, content: bytes, _text: str | None) -> Iterator[str]:
    """Too many bytes."""
    if len(content) > MAX_BYTES:
        yield f"has {len(content)} bytes, over {MAX_BYTES}"


def check_length(path: Path, _content: bytes, text: str | None) -> Iterator[str]:
    """Too many lines of source."""
    limit = MAX_INTERFACE_LINES if INTERFACES in path.parents else MAX_LINES
    if text is not None and path.suffix in SOURCE and (lines := text.count("\n")) > limit:
        yield f"has {lines} lines, over {limit}"


def check_places(_path: Path, _content: bytes, text: str | None) -> Iterator[str]:
    """A package host, somebody's home folder, this checkout's own folder, or a folder outside of it."""
    if text is None:
        return
    here = str(ROOT)
    for number, line in enumerate(text.splitlines(), 1):
        for host in HOSTS:
            if host in line:
                yield f"line {number} names the package host {host}"
        # A checkout directly under / has a name too common to look for.
        if HOME_FOLDER.search(line) or (here.count("/") > 1 and here in line):
            yield f"line {number} names a folder of one machine"
        if OUTSIDE in line:
            yield f"line {number} names a folder outside the project"


def check_silence(path: Path, _content: bytes, text: str | None) -> Iterator[str]:
    """A comment that silences every rule of a line."""
    if text is None or path.suffix != ".py" or path == Path(__file__).resolve():
        return
    for number, line in enumerate(text.splitlines(), 1):
        if BARE_SILENCE.search(line):
            yield f"line {number} silences a checker without naming the rule"


CHECKS: tuple[Check, ...] = (check_size, check_length, check_places, check_silence)


def complaints_about(path: Path) -> Iterator[str]:
    """All that is wrong with one file."""
    content = path.read_bytes()
    try:
        text = None if b"\0" in content else content.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    for check in CHECKS:
        yield from check(path, content, text)


def main() -> int:
    """Print one line a complaint; 1 if there is any."""
    try:
        files = project_files()
    except (FileNotFoundError, subprocess.CalledProcessError):
        print("check_hygiene: this looks at what git tracks: it needs git, and a checkout", file=sys.stderr)
        return 1
    complaints = [
        f"{path.relative_to(ROOT)} {complaint}" for path in files for complaint in complaints_about(path)
    ]
    for complaint in complaints:
        print(f"check_hygiene: {complaint}", file=sys.stderr)
    print(f"hygiene: {len(files)} files, {len(complaints) or 'no'} complaints")
    return 1 if complaints or not files else 0


if __name__ == "__main__":
    sys.exit(main())
