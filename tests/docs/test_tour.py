"""The notebook as it is committed, and run anew."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_readme import committed
from tests.imports import ROOT

PATH = ROOT / "docs/tour.ipynb"
CELLS = [cell for cell in json.loads(PATH.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
DATA = ROOT / "data/subset/train_images.npy"
RIGHT = re.compile(r"(\d+\.\d\d)% of [\d,]+ test images right")


def printed(cells: list[dict[str, Any]]) -> str:
    return "".join("".join(output.get("text", "")) for cell in cells for output in cell["outputs"])


def pictures(cells: list[dict[str, Any]]) -> list[int]:
    """How many pictures each cell shows."""
    return [sum("image/png" in output.get("data", {}) for output in cell["outputs"]) for cell in cells]


def test_it_is_committed_with_the_outputs_of_one_run() -> None:
    assert PATH.stat().st_size < 400_000
    assert [cell["execution_count"] for cell in CELLS] == list(range(1, len(CELLS) + 1))
    assert "error" not in {output["output_type"] for cell in CELLS for output in cell["outputs"]}
    assert [output["text"] for cell in CELLS for output in cell["outputs"] if output.get("name") == "stderr"] == []
    assert sum(pictures(CELLS)) == 10
    assert not re.search(r"/(home|root|tmp|work|Users)/|timestamp|iopub", json.dumps(CELLS))


def test_its_figures_are_those_of_the_committed_run() -> None:
    before, after = RIGHT.findall(printed(CELLS))
    assert float(before) < 30
    assert after == f"{100 * json.loads(committed('metrics/test.json'))['accuracy']:.2f}"


@pytest.fixture
def notebook() -> Any:
    nbformat = pytest.importorskip("nbformat", reason="needs `make extras`")
    return nbformat.read(PATH, as_version=4)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="data/subset is missing: make repro")
def test_it_runs(notebook: Any) -> None:
    from tools import tour

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    tour.run(notebook, PATH.parent)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert pictures(cells) == pictures(CELLS)
    _, after = RIGHT.findall(printed(cells))
    here = json.loads((ROOT / "metrics/test.json").read_text())  # by the parameters of the workspace
    assert abs(float(after) - 100 * here["accuracy"]) < 1


def test_without_data_it_says_what_to_run_first(notebook: Any, tmp_path: Path) -> None:
    from nbclient.exceptions import CellExecutionError

    from tools import tour

    notebook.cells = [next(cell for cell in notebook.cells if cell.cell_type == "code")]
    (tmp_path / "docs").mkdir()
    (tmp_path / "dvc.yaml").touch()
    with pytest.raises(CellExecutionError, match="run `make repro` first"):
        tour.run(notebook, tmp_path / "docs")
