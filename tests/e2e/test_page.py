"""The page in a real browser, over a real server. The tests tell one story, so their order matters."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from registry.samples import samples
from registry.samples.alter import altered_picture, altered_sound
from tests.e2e.journey import picture
from tests.e2e.shell import Served, Shell

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MILLISECONDS = 30_000
WIDE = ViewportSize(width=1200, height=900)
NARROW = ViewportSize(width=360, height=740)
PHOTOGRAPH = picture(7, 320)
LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3

# The relative luminance of WCAG 2.2, of the text and of what is painted behind it, for all text that shows.
CONTRASTS = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .filter((e) => e.checkVisibility())
    .map((e) => {
      const [a, b] = [luminance(parts(getComputedStyle(e).color)), luminance(behind(e))];
      return [e.textContent.trim().slice(0, 40), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    });
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, server: Served) -> Iterator[Page]:
    """A fresh browser at the registry's address, whose console stays silent."""
    complaints: list[str] = []
    context = browser.new_context(viewport=WIDE, base_url=server.url)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    page = context.new_page()
    page.on("console", lambda message: complaints.extend(complaint(message)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    yield page
    context.close()
    assert complaints == []


def complaint(message: ConsoleMessage) -> list[str]:
    """Errors that the page causes; an answer that is a 4xx the console tells of itself."""
    expected = message.text.startswith("Failed to load resource: the server responded with a status of 4")
    return [message.text] if message.type in ("error", "warning") and not expected else []


def file_of(tmp_path: Path, data: bytes, name: str = "found somewhere") -> Path:
    """A file to choose."""
    path = tmp_path / name
    path.write_bytes(data)
    return path


def assert_fits(page: Page) -> None:
    """Nothing stands out of a narrow screen to the right."""
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def assert_legible(page: Page) -> None:
    """All text has the contrast that it needs."""
    faint = [(text, contrast) for text, contrast in page.evaluate(CONTRASTS) if contrast < LEAST_CONTRAST]
    assert faint == []


def test_an_empty_registry_says_how_to_begin(page: Page) -> None:
    expect(page.get_by_role("heading", name="Is this work registered?")).to_be_visible()
    expect(page.get_by_text("Drop a file here")).to_be_visible()
    expect(page.get_by_role("button", name="Add the sample works")).to_be_visible()
    expect(page.locator(".command code")).to_contain_text("colophon register photo.jpg --title")
    assert_legible(page)
    assert_fits(page)


def test_the_samples_come_with_one_click(page: Page) -> None:
    page.get_by_role("button", name="Add the sample works").click()

    expect(page.locator(".card")).to_have_count(len(samples()))
    expect(page.locator(".card strong").first).to_contain_text("(sample)")
    expect(page.get_by_role("button", name="Add the sample works")).to_have_count(0)
    expect(page.get_by_alt_text("Preview of Prelude in C")).to_be_visible()  # its waveform
    assert_legible(page)
    assert_fits(page)


def test_the_line_on_the_page_registers_a_photograph(page: Page, server: Served, tmp_path: Path) -> None:
    shell = Shell(tmp_path, server.url)
    shell.key("creator")
    file_of(tmp_path, PHOTOGRAPH, "photo.jpg")
    line = page.locator(".command code").first.inner_text()

    shell.run(*shlex.split(line)[1:])
    page.reload()

    newest = page.locator(".card").first
    expect(newest.locator("strong")).to_have_text("My photograph")
    expect(newest).to_contain_text("My name")
    assert newest.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_an_altered_copy_that_is_chosen_is_found(page: Page, server: Served, tmp_path: Path) -> None:
    altered = file_of(tmp_path, altered_picture(samples()[0].read()))

    with page.expect_file_chooser() as chooser:
        page.locator("#verify").click()
    chooser.value.set_files(altered)

    answer = page.locator("#answer")
    expect(answer.get_by_role("heading", level=2)).to_have_text(
        "This is a copy of a registered work, mirrored"
    )
    expect(answer).to_contain_text(re.compile(r"Distance \d+: 0 is the same, up to 31 counts as a match"))
    expect(answer).to_contain_text("local chain: date not independently proven")
    expect(answer).to_be_focused()
    assert_legible(page)
    assert list((server.data / "uploads").iterdir()) == []
    answer.get_by_role("link", name=samples()[0].title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{samples()[0].title} (sample)")


def test_a_file_that_is_dropped_is_looked_up(page: Page) -> None:
    data = page.evaluate_handle(
        """bytes => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], "dropped.jpg"));
          return transfer;
        }""",
        list(PHOTOGRAPH),
    )

    page.dispatch_event("#verify", "dragenter", {"dataTransfer": data})
    expect(page.locator("#verify")).to_have_class(re.compile("over"))
    page.dispatch_event("#verify", "drop", {"dataTransfer": data})

    expect(page.locator("#answer h2")).to_have_text("This is a registered file, byte for byte")
    expect(page.locator("#verify")).not_to_have_class(re.compile("over|busy"))


def test_an_excerpt_of_a_sound_is_found(page: Page, tmp_path: Path) -> None:
    page.set_input_files("#file", file_of(tmp_path, altered_sound(samples()[-1].read()), "a sound.ogg"))

    expect(page.locator("#answer h3")).to_contain_text("Prelude in C")


def test_a_work_that_nobody_registered_is_not_found(page: Page, tmp_path: Path) -> None:
    page.set_input_files("#file", file_of(tmp_path, picture(99, 320)))

    expect(page.locator("#answer h2")).to_have_text("Nothing registered here matches")


def test_a_file_that_cannot_be_read_is_told_and_the_next_one_served(page: Page, tmp_path: Path) -> None:
    page.set_input_files("#file", file_of(tmp_path, PHOTOGRAPH[:-9_000], "torn.jpg"))
    expect(page.locator("#answer h2")).to_have_text("The file is damaged")

    page.set_input_files("#file", file_of(tmp_path, PHOTOGRAPH))

    expect(page.locator("#answer h2")).to_have_text("This is a registered file, byte for byte")


def test_it_works_without_a_script(browser: Browser, server: Served, tmp_path: Path) -> None:
    page = browser.new_page(java_script_enabled=False, base_url=server.url)
    page.goto("/")

    page.set_input_files("#file", file_of(tmp_path, altered_picture(samples()[0].read())))
    page.get_by_role("button", name="Verify").click()

    expect(page.locator("#answer h2")).to_have_text("This is a copy of a registered work, mirrored")
    page.close()


def test_the_page_of_a_work_offers_what_can_be_bought(page: Page, server: Served, tmp_path: Path) -> None:
    shell = Shell(tmp_path, server.url)
    shell.key("licensor")
    shell.key("licensee")
    photograph = file_of(tmp_path, picture(8, 320))
    registered = shell.run(
        "register",
        str(photograph),
        "--title",
        "Out of focus",
        "--creator",
        "Licensor",
        "--key",
        "licensor",
        "--json",
    )
    work_id = registered.document()["work_id"]

    page.goto(f"/works/{work_id}")
    offering = page.locator(".command code").inner_text()
    shell.run(*shlex.split(offering)[1:], "--key", "licensor")
    page.reload()
    expect(page.locator(".price")).to_have_text("0.01 ETH")
    expect(page.get_by_text("local chain: date not independently proven").first).to_be_visible()
    buying = page.locator(".command code").inner_text()
    shell.run(*shlex.split(buying)[1:], "--key", "licensee")
    page.reload()

    expect(page.locator(".offer")).to_contain_text("1 granted so far")
    expect(page.locator(".history")).to_contain_text("A licence was granted to")
    page.get_by_text("The terms").click()
    expect(page.get_by_text("this text is not enforced on chain")).to_be_visible()
    assert_legible(page)
    assert_fits(page)


def test_a_line_is_copied_with_one_click(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()

    copied = page.evaluate("navigator.clipboard.readText()")

    assert copied == page.locator(".command code").first.inner_text()


def test_everything_is_reached_by_the_keyboard(page: Page) -> None:
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )

    assert reached[0] == "Skip to the content"
    assert "file" in reached
    assert any("My photograph" in text for text in reached)
    assert "Copy" in reached


def test_the_page_is_dark_where_the_reader_likes_it(browser: Browser, server: Served) -> None:
    page = browser.new_page(color_scheme="dark", base_url=server.url)
    for path in ("/", "/nothing", page_of_a_work(page)):
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 20, 18)"
        assert_legible(page)
        assert_fits(page)
    page.close()


def page_of_a_work(page: Page) -> str:
    """The path of the newest work's page."""
    page.goto("/")
    return page.locator(".card a").first.get_attribute("href") or ""


def test_a_restart_keeps_what_the_page_showed(page: Page, server: Served) -> None:
    before = page.locator(".card").all_inner_texts()
    page.wait_for_load_state("networkidle")  # a picture on its way would be refused

    server.restart()
    page.goto("/")

    assert page.locator(".card").all_inner_texts() == before
    assert len(before) == len(samples()) + 2
