from pathlib import Path

import pytest
from PIL import Image

from digits.pipeline.files import write_csv
from studies.learning_curve import picture
from studies.learning_curve.picture import learning_curve
from studies.learning_curve.run import COLUMNS
from studies.learning_curve.table import OURS, make_curve, make_table
from tests.imports import ROOT
from tests.parameters import section

PUBLISHED = ROOT / "studies/learning_curve/published.csv"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Two seeds of 300 images, 4 and 5 % wrong, one of 60,000, 0.5 % wrong, and one of 7, all wrong but one."""
    rows = [(n, seed, right, 0.1, 9, 1.0) for n, seed, right in ((7, 0, 0.1), (300, 0, 0.96), (300, 1, 0.95))]
    write_csv(tmp_path / "results.csv", tuple(COLUMNS), [*rows, (60000, 0, 0.995, 0.1, 50, 9.0)])
    return tmp_path / "results.csv"


def test_the_table_says_where_the_best_published_is_beaten(results: Path) -> None:
    head, _, *lines = make_table(results, PUBLISHED).splitlines()
    assert head.startswith("| training images | this project | convolutional network | scattering, PCA |")
    assert lines == [
        "| 7 | 90.00 |  |  |  | 1 | nothing published |",
        "| 300 | 4.50 ± 0.71 | 7.18 | **4.70** | 5.60 | 2 | yes |",
        "| 60,000 | 0.50 | 0.53 | 0.70 | **0.43** | 1 | no: 0.43 |",
    ]


def test_all_is_drawn_with_mean_and_spread_over_the_seeds(results: Path) -> None:
    points = make_curve(results, PUBLISHED)
    ours = points[points["source"] == OURS].drop(columns="source")
    assert ours.to_numpy().tolist() == [[7, 90, 90, 90], [300, 4.5, 4, 5], [60000, 0.5, 0.5, 0.5]]
    axis = learning_curve(points).axes[0]
    drawn = {str(line.get_label()): line for line in axis.lines}
    assert {name: len(line.get_xdata()) for name, line in drawn.items()} == {OURS: 3} | dict.fromkeys(picture.STYLES, 8)
    assert len({(line.get_marker(), line.get_linestyle()) for line in drawn.values()}) == 4
    assert list(drawn[OURS].get_ydata()) == [90, 4.5, 0.5]
    band, bars = axis.collections
    assert band.get_label() == "best to worst seed"
    assert len(bars.get_paths()) == 3, "one size has its spread, too"


def test_the_stage_writes_the_same_picture_each_time_and_a_table(results: Path, tmp_path: Path) -> None:
    table, *images = (tmp_path / name for name in ("curve.csv", "0.png", "1.png"))
    for image in images:
        picture.main(section("plot", dpi=50), results, PUBLISHED, table, image)
    assert images[0].read_bytes() == images[1].read_bytes()
    with Image.open(images[0]) as drawn:
        assert drawn.size == (360, 240)
    assert table.read_text().startswith("source,samples,error,low,high\nthis project,7,90.0,90.0,90.0\n")


def test_without_results_there_is_nothing_to_draw(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no results yet: run `dvc repro studies"):
        make_curve(tmp_path / "results.csv", PUBLISHED)
    write_csv(tmp_path / "results.csv", tuple(COLUMNS), [])
    with pytest.raises(ValueError, match="no results yet"):
        make_table(tmp_path / "results.csv", PUBLISHED)
