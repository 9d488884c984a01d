"""All ways of one training do the same work; an epoch is what is left without start and end. Nothing is timed here."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from benchmarks import scaling


def test_every_way_does_the_same_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def seconds(work: Callable[[], object]) -> float:
        work()
        return 10.0 + 2.0 * trainings[-1]["epochs"]

    def command(*_: str, folder: Path) -> None:
        trainings.append(yaml.safe_load((folder / "params.yaml").read_text())["train"])

    trainings: list[dict[str, int]] = []
    monkeypatch.setattr(scaling, "command", command)
    monkeypatch.setattr(scaling, "seconds", seconds)
    for way in scaling.WAYS.values():
        assert scaling.epoch(tmp_path, "", *way) == 2.0
    short = trainings[::2]
    assert [(training.pop("processes"), training.pop("threads")) for training in short] == [(1, 1), (2, 1), (1, 2)]
    assert short[0] == short[1] == short[2]
