import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from digits.draw.__main__ import Server
from digits.network.cnn import CNN
from digits.network.weights import MODEL, save_weights
from tests.clones import heed_ctrl_c
from tests.handwriting import STROKES, Stroke
from tests.imports import ROOT
from tests.pointer import Page, browser

SHOWN = "JSON.stringify([...document.querySelectorAll('.share')].map((share) => share.textContent))"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as opened:
        yield opened


@contextmanager
def serving(model: CNN) -> Iterator[Server]:
    with Server(model, 0) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield server
        server.shutdown()


@pytest.fixture
def served(reader: CNN) -> Iterator[Server]:
    with serving(reader) as server:
        yield server


def draw(page: Page, strokes: list[Stroke], *, touch: bool = False) -> str:
    page.evaluate("document.getElementById('clear').click()")
    left, top = page.evaluate("(({ x, y }) => [x, y])(document.getElementById('paper').getBoundingClientRect())")
    for stroke in strokes:
        page.stroke([(left + 60 + 160 * x, top + 40 + 200 * y) for x, y in stroke], touch=touch)
    page.until("!asking && document.body.dataset.answered == version")
    return page.evaluate("document.getElementById('said').textContent")


def test_each_digit_drawn_is_recognised_also_by_a_finger(page: Page, served: Server) -> None:
    page.open(served.address)
    assert [draw(page, strokes) for strokes in STROKES] == list("0123456789")
    assert draw(page, STROKES[2], touch=True) == "2"
    four, two = STROKES[4], [[(x + 1.6, y) for x, y in stroke] for stroke in STROKES[2]]
    several = [[(x / 2, y / 2) for x, y in stroke] for stroke in (*four, *two)]
    assert draw(page, several) == "42"


def test_the_bars_move_while_one_draws_and_go_when_one_clears(page: Page, served: Server) -> None:
    page.open(served.address)
    assert page.evaluate(SHOWN) == str([""] * 11).replace("'", '"').replace(" ", "")
    draw(page, STROKES[4][:1])
    half = page.evaluate(SHOWN)
    assert half.count("%") == 11
    assert page.evaluate("document.querySelectorAll('.best').length") == 1
    draw(page, STROKES[4])
    assert page.evaluate(SHOWN) != half
    assert draw(page, []) == "Nothing drawn yet"
    assert "%" not in page.evaluate(SHOWN)


def test_the_page_asks_nothing_of_any_other_address(page: Page, served: Server) -> None:
    page.requested.clear()
    page.open(served.address)
    draw(page, STROKES[1])
    addresses = {address for address in page.requested if not address.startswith("data:")}
    assert addresses == {served.address, f"{served.address}predict"}
    refused = page.evaluate(
        "new Promise((say) => { addEventListener('securitypolicyviolation', (event) => say(event.effectiveDirective));"
        " fetch('http://127.0.0.1:9/').catch(() => setTimeout(say, 2000, 'allowed')) })"
    )
    assert refused == "connect-src"


def test_the_program_says_where_it_is_and_the_page_when_it_has_ended(page: Page, reader: CNN, tmp_path: Path) -> None:
    save_weights(reader, tmp_path / MODEL)
    command = [sys.executable, "-m", "digits.draw", "--no-browser", "--port", "0"]
    options: Any = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(ROOT)}, "preexec_fn": heed_ctrl_c}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as program:
        try:
            assert program.stdout is not None
            page.open(program.stdout.readline().split()[4])
            assert draw(page, STROKES[1]) == "1"
            program.send_signal(signal.SIGINT)
            assert program.wait(60) == 130
        finally:
            program.kill()
    assert "does not answer" in draw(page, STROKES[1])
