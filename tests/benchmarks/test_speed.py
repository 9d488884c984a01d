"""The peers do the same work as the project, and the table says what was measured. Nothing is timed here."""

import re
from pathlib import Path

import pytest
import torch

from benchmarks import speed
from benchmarks.peers.tutorial import tiny_vgg
from benchmarks.recipe import parameters
from benchmarks.timing import make_row, peak_memory
from digits.network.cnn import CNN
from digits.network.preprocessing import normalise
from tests.drawing import CLASSES


def test_the_tutorial_trains_the_network_it_is_compared_with() -> None:
    given = parameters(speed.TUTORIAL)
    ours, theirs, train = CNN(given.model, classes=CLASSES), tiny_vgg(), given.train
    x = torch.randn(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    theirs.load_state_dict(dict(zip(theirs.state_dict(), list(ours.state_dict().values())[1:], strict=True)))
    torch.testing.assert_close(ours.eval()(x), theirs(normalise(x)))
    assert (train.batch_size, train.learning_rate, train.momentum) == (32, 0.1, 0)
    assert not any(train.augment.model_dump(exclude={"repeats"}).values())


def test_the_table_goes_between_the_marks_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "README.md"
    rows = [make_row("stage", "script", 1.0, 2.0, 0.5), make_row("a", "b", 10.0, 40.0, 0.33)]
    page.write_text("before\n<!-- make bench -->\nold\n<!-- end -->\nafter\n")
    monkeypatch.setattr(speed, "PAGE", page)
    monkeypatch.setattr(speed, "rows", lambda *_: rows)
    speed.main(3)
    before, between, after = re.split("<!-- make bench -->\n|<!-- end -->\n", page.read_text())
    assert (before, after) == ("before\n", "after\n")
    assert "old" not in between
    assert "| stage | 1 s | script | 2 s | 0.50 | ≤ 0.50 |\n| a | 10 s | b | 40 s | 0.25 | ≤ 0.33 |\n" in between
    assert f"torch {torch.__version__}" in between


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")
def test_peak_memory_is_the_process_s_own_and_remembers_what_was_freed(tmp_path: Path) -> None:
    ours = bytearray(200_000_000)  # of this process, which the other does not inherit
    base = peak_memory("pass", tmp_path)
    freed = peak_memory("x = bytearray(100_000_000); x[::4096] = b'1' * len(x[::4096]); del x", tmp_path)
    assert len(ours) > 1e6 * base
    assert 95 < freed - base < 130
