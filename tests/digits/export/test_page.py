"""The page as a person uses it, in Chromium, opened from disk."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from digits.data.idx import FILES, read_idx
from digits.data.sources import class_folders
from digits.export.__main__ import main
from digits.export.page import to_script
from digits.network.weights import READER
from tests.clones import wait_for
from tests.handwriting import STROKES, Stroke, beside, photographed
from tests.imports import ROOT
from tests.pointer import Page, in_script

SHOWN = "JSON.stringify([...document.querySelectorAll('.share')].map((share) => share.textContent))"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    main(path, ROOT / READER)
    return path


@pytest.fixture
def page(opened: Page, file: Path) -> Page:
    opened.open(file.as_uri())
    return opened


def draw(page: Page, strokes: list[Stroke], *, touch: bool = False) -> str:
    """Draw on the cleared sheet; return the answer, without its percentage."""
    page.evaluate("part('clear').click()")
    return add(page, strokes, touch=touch)


def add(page: Page, strokes: list[Stroke], *, touch: bool = False) -> str:
    left, top = page.evaluate("(({ x, y }) => [x, y])(part('paper').getBoundingClientRect())")
    for stroke in strokes:
        page.stroke([(left + 60 + 160 * x, top + 40 + 200 * y) for x, y in stroke], touch=touch)
    return says(page)


def put(page: Page, strokes: list[Stroke]) -> str:
    """The same at once, without a pointer."""
    points = [[(40 + 115 * x, 30 + 140 * y) for x, y in stroke] for stroke in strokes]
    page.evaluate(f"strokes = {json.dumps(points)}; redraw()")
    return says(page)


def says(page: Page) -> str:
    page.until("document.body.dataset.answered == version")
    return str(page.evaluate("part('said').textContent")).split(" (")[0]


def number(first: int, second: int) -> list[Stroke]:
    beside = [[(x + 1.6, y) for x, y in stroke] for stroke in STROKES[second]]
    return [[(x / 2, y / 2) for x, y in stroke] for stroke in (*STROKES[first], *beside)]


def test_the_file_is_small_and_names_no_address(file: Path) -> None:
    content = file.read_text(encoding="utf-8")
    assert len(content.encode()) <= 1_000_000
    assert not re.search("https?:|src=|@import|url\\(", content)
    assert to_script(["</script>"]) == '["\\u003c/script>"]'


def test_each_digit_drawn_is_recognised_also_by_a_finger(page: Page) -> None:
    assert [put(page, strokes) for strokes in STROKES] == list("0123456789")
    assert [draw(page, STROKES[4]), draw(page, STROKES[2], touch=True)] == ["4", "2"]


def test_a_digit_of_a_number_can_be_chosen(page: Page) -> None:
    assert put(page, number(4, 2)) == "42"
    last = page.evaluate(SHOWN)
    page.evaluate("part('signs').children[0].click()")
    assert page.evaluate("part('signs').children[0].getAttribute('aria-pressed')") == "true"
    assert page.evaluate("document.querySelector('.best button').textContent") == "4"
    assert page.evaluate(SHOWN) != last


def test_the_bars_move_while_one_draws_and_go_when_one_clears(page: Page) -> None:
    assert json.loads(page.evaluate(SHOWN)) == [""] * 11
    draw(page, STROKES[4])
    drawn = page.evaluate(SHOWN)
    put(page, STROKES[4][:1])
    half = page.evaluate(SHOWN)
    assert half.count("%") == 11
    assert page.evaluate("document.querySelectorAll('.best').length") == 1
    assert half != drawn
    assert put(page, STROKES[4]) == "4"
    assert page.evaluate("document.querySelectorAll('#views canvas').length") == 3
    page.evaluate("part('undo').click()")
    assert says(page) != "4"
    assert page.evaluate(SHOWN) == half
    assert draw(page, []) == "Nothing drawn yet"
    assert "%" not in page.evaluate(SHOWN)
    assert page.evaluate("document.querySelectorAll('#views canvas').length") == 0


def test_the_keyboard_undoes_and_clears(page: Page) -> None:
    assert draw(page, STROKES[7]) == "7"
    for key in "zZ":  # Z: with Caps Lock
        page.evaluate(f"dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', ctrlKey: true }}))")
        assert says(page) == "Nothing drawn yet"
        assert draw(page, STROKES[7]) == "7"
    page.evaluate("dispatchEvent(new KeyboardEvent('keydown', { key: 'Z', ctrlKey: true, shiftKey: true }))")
    assert says(page) == "7"
    assert draw(page, STROKES[1]) == "1"
    page.evaluate("dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))")
    assert says(page) == "Nothing drawn yet"


def test_a_file_that_is_no_picture_is_told(page: Page) -> None:
    page.evaluate("putPicture(new Blob(['no picture']))")
    page.until("part('said').textContent === 'not a picture that this browser reads'")


def test_the_page_asks_nothing_of_any_address(page: Page, file: Path) -> None:
    draw(page, STROKES[1])
    assert {address for address in page.requested if not address.startswith("data:")} == {file.as_uri()}
    refused = page.evaluate(
        "new Promise((say) => { addEventListener('securitypolicyviolation', (event) => say(event.effectiveDirective));"
        " fetch('http://127.0.0.1:9/').catch(() => setTimeout(say, 2000, 'allowed')) })"
    )
    assert refused == "connect-src"


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_on_a_phone(page: Page, width: int) -> None:
    assert page.width_needed(width, lambda: put(page, number(4, 2))) <= width


def test_another_name_for_a_sign_replaces_the_first(page: Page) -> None:
    put(page, number(4, 2))
    for sign, label, kept in [(0, 1, "1"), (1, 3, "1, 3"), (0, 7, "3, 7")]:
        page.evaluate(f"part('signs').children[{sign}].click()")
        page.evaluate(f"rows[{label}].button.click()")
        page.until(f"part('kept').textContent.endsWith('kept: {kept}')")


def test_of_two_pictures_the_last_one_stays_though_it_is_ready_first(page: Page) -> None:
    page.evaluate("const first = {}, wait = () => new Promise((done) => setTimeout(done, 300))")
    page.evaluate("const blank = (level) => ({ width: 9, height: 9, channels: [new Uint8Array(81).fill(level)] })")
    page.evaluate("openPicture = async (file) => (file === first ? wait().then(() => blank(1)) : blank(2))")
    both = "Promise.all([putPicture(first), putPicture({})])"
    assert page.evaluate(f"{both}.then(() => given.channels[0][0])") == 2


def test_corrections_are_saved_as_a_data_set(page: Page, tmp_path: Path) -> None:
    page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    seen = []
    for drawing, label in [(STROKES[1], 7), (STROKES[7], 1), (number(4, 2), 3), (STROKES[9], 7)] * 2:
        put(page, drawing)
        kept = len(seen) + 1
        page.evaluate("rows[0].button.click()")  # a slip, mended by the next tap
        page.until(f"kept.length === {kept}")
        page.evaluate(f"rows[{label}].button.click()")
        page.until(f"kept.length === {kept} && kept.at(-1).label === {label}")
        seen.append((label, page.evaluate("[...shown.sign.image]")))
    assert page.evaluate("part('kept').textContent") == "8 pictures kept: 7, 1, 3, 7, 7, 1, 3, 7"
    page.evaluate("part('save').click()")
    wait_for((tmp_path / "own-digits.zip").exists)
    with zipfile.ZipFile(tmp_path / "own-digits.zip") as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path)
    (tmp_path / "raw").mkdir()
    class_folders.fetch(tmp_path / "own-digits", tmp_path / "raw", "strokes")
    assert (tmp_path / "raw/classes.txt").read_text().split() == ["1", "3", "7"]
    read = [image.ravel() for name in (FILES[0], FILES[2]) for image in read_idx(tmp_path / "raw" / name)]
    for label, image in seen:
        off = min(float(np.abs(other - np.array(image, float)).mean()) for other in read)
        assert off < 3, f"a {label} is read otherwise than it was seen"


def choose(page: Page, picture: Path) -> None:
    document = page.call("DOM.getDocument")["root"]["nodeId"]
    node = page.call("DOM.querySelector", nodeId=document, selector="#file")["nodeId"]
    page.call("DOM.setFileInputFiles", files=[str(picture)], nodeId=node)


def drop(page: Page, picture: Path) -> None:
    data = {"items": [], "files": [str(picture)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        page.call("Input.dispatchDragEvent", type=kind, x=100, y=200, data=data)


def paste(page: Page, picture: Path) -> None:
    page.evaluate("const clipboardData = new DataTransfer()")
    page.evaluate(f"clipboardData.items.add(new File([{in_script(picture.read_bytes())}], 'picture.png'))")
    page.evaluate("dispatchEvent(new ClipboardEvent('paste', { clipboardData }))")


@pytest.mark.parametrize("put_in", [choose, drop, paste])
def test_a_picture_is_put_on_the_sheet_and_a_stroke_takes_it_away(
    page: Page, tmp_path: Path, put_in: Callable[[Page, Path], None]
) -> None:
    photographed(beside([4, 2])).save(tmp_path / "picture.png")
    put_in(page, tmp_path / "picture.png")
    page.until("part('said').textContent.startsWith('42')")
    page.evaluate("rows[7].button.click()")
    page.until("kept.length === 1")
    assert add(page, STROKES[7]) == "7"
