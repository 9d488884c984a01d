"""What CI does beside running the tests: the report on a pull request, and files that other programs read."""

import json
from pathlib import Path

import yaml

from tests.clones import succeed
from tests.imports import ROOT

FILES = "https://example.com/files"


def test_the_report_has_the_metrics_that_changed_and_the_last_loss_curve(committed: Path) -> None:
    assert "metrics/" not in succeed(committed, "bash", ".ci/report", "HEAD", FILES)
    path = committed / "metrics/test.json"
    values = json.loads(path.read_text()) | {"accuracy": 0.125}
    path.write_text(json.dumps(values))
    (committed / "plots/images/epoch_100_loss.png").touch()
    report = succeed(committed, "bash", ".ci/report", "HEAD", FILES)
    [row] = [line.split("|") for line in report.splitlines() if "| accuracy" in line]
    assert [row[1].strip(), row[4].strip()] == ["metrics/test.json", "0.125"]
    assert f"![Loss, epoch by epoch]({FILES}/plots/images/epoch_100_loss.png)" in report


def test_files_of_other_programs_are_well_formed() -> None:
    for name in (".pre-commit-config.yaml", "CITATION.cff", ".devcontainer/devcontainer.json"):  # JSON is YAML
        assert isinstance(yaml.safe_load((ROOT / name).read_text(encoding="utf-8")), dict), name
