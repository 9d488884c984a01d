from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks import scaling


def test_every_way_does_the_same_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An epoch is what is left without start and end. Nothing is timed here."""

    def read(*_: str, folder: Path) -> None:
        trainings.append(yaml.safe_load((folder / "params.yaml").read_text())["train"])

    trainings: list[dict[str, Any]] = []
    monkeypatch.setattr(scaling, "command", read)
    monkeypatch.setattr(scaling, "seconds", lambda work: work() or 10.0 + 2.0 * trainings[-1]["epochs"])
    assert [scaling.epoch(tmp_path, "", *way) for way in scaling.WAYS.values()] == [2.0] * 3
    short = trainings[::2]
    assert [(training.pop("processes"), training.pop("threads")) for training in short] == [(1, 1), (2, 1), (1, 2)]
    assert short[0] == short[1] == short[2]
