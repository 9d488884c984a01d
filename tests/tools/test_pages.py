import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.clones import commit, init, succeed
from tests.imports import ROOT
from tests.pointer import Page, chromium
from tools import offline_plots

ACTUAL = [0, 0, 0, 1, 1, 1, 1, 2, 2]
FIRST, SECOND = [0, 0, 2, 1, 1, 1, 1, 2, 1], [0, 0, 0, 1, 1, 1, 1, 2, 2]  # two mistakes, none
PLOTS = ["Loss", "Accuracy", "Confusion_matrix", "plots_history_csv"]
PICTURES = ("epoch_00_predictions", "epoch_02_predictions", "epoch_10_loss", "confusion", "overview")


def record(losses: list[float], predicted: list[int], size: tuple[int, int]) -> None:
    """What a run leaves in plots/, made up: the losses and labels given, pictures of that size."""
    Path("plots/images").mkdir(parents=True, exist_ok=True)
    rows = [f"{n},{loss},{0.5 + n / 4},{loss / 2},{(0.5, 0.99, 1)[n]},{n / 10}" for n, loss in enumerate(losses)]
    header = "epoch,train_loss,train_accuracy,test_loss,test_accuracy,learning_rate"
    Path("plots/history.csv").write_text("\n".join([header, *rows, ""]))
    answers = [f"{index},{pair[0]},{pair[1]},0.9" for index, pair in enumerate(zip(ACTUAL, predicted, strict=True))]
    Path("plots/predictions.csv").write_text("\n".join(["index,actual,predicted,confidence", *answers, ""]))
    for name in PICTURES:
        Image.new("RGB", size, "white").save(f"plots/images/{name}.png")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    chromium()
    folder = tmp_path_factory.mktemp("repository")
    for name in ("dvc.yaml", "params.yaml"):  # the one takes values of the other
        shutil.copy(ROOT / name, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        init(folder)
        succeed(folder, "dvc", "init", "--quiet")
        shutil.copytree(ROOT / ".dvc/plots", ".dvc/plots")
        offline_plots.main()
        record([2.3, 0.4, 0.1], FIRST, (600, 400))
        commit(folder)
        succeed(folder, "dvc", "plots", "show", "--out", "show")
        record([2.3, 0.2, 0.0], SECOND, (1200, 300))
        Path("plots/images/epoch_10_loss.png").unlink()
        succeed(folder, "dvc", "plots", "diff", "HEAD", "workspace", "--out", "diff")
    return {name: folder / name / "index.html" for name in ("show", "diff")}


def body(page: Page, path: Path) -> str:
    """What stands in the page after its charts are drawn."""
    page.open(path.as_uri())
    page.until(f"{PLOTS}.every((name) => document.getElementById(name).querySelector('svg'))")
    return str(page.evaluate("document.body.outerHTML"))


@pytest.fixture(scope="module")
def shown(opened: Page, pages: dict[str, Path]) -> str:
    return body(opened, pages["show"])


@pytest.fixture(scope="module")
def compared(opened: Page, pages: dict[str, Path]) -> str:
    return body(opened, pages["diff"])


def drawn(document: str, plot: str) -> str:
    return document.split(f'<div id="{plot}"')[1].split("</svg>")[0]


def lines(chart: str) -> list[str]:
    """The colour and dashes of each line that goes through three different heights, one an epoch."""
    marks = re.findall(r'"line mark" d="([^"]*)" (stroke="[^"]*")[^>]*(stroke-dasharray="[^"]*")', chart)
    return [colour + dashes for path, colour, dashes in marks if len(set(re.findall(r",([\d.]+)", path))) == 3]


def counts(document: str) -> list[str]:
    """Predicted, actual and images of every count written in the confusion matrices."""
    mark = r'"predicted: (\d); actual: (\d); images: (\d)"[^>]*"text mark"[^>]*>\3<'
    return sorted(map("".join, re.findall(mark, drawn(document, "Confusion_matrix"))))


@pytest.mark.parametrize(("plot", "series"), [("Loss", 2), ("Accuracy", 2), ("plots_history_csv", 1)])
def test_curves_and_runs_can_be_told_apart(shown: str, compared: str, plot: str, series: int) -> None:
    assert len(set(lines(drawn(shown, plot)))) == series
    chart = drawn(compared, plot)
    assert len(set(lines(chart))) == 2 * series
    assert len(set(re.findall(r'aria-roledescription="point" transform="[^"]*" d="([^"]*)"', chart))) == 2


def test_the_legend_and_axes_speak_to_people(shown: str) -> None:
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn(shown, "Accuracy"))
    assert {"Accuracy", "epoch", "images", "test", "training", "run", "workspace", "99%", "100%"} <= set(texts)
    assert [text for text in texts if text in "0123456789"] == ["0", "1", "2"]


def test_the_counts_are_written_in_the_matrix(shown: str, compared: str) -> None:
    first, second = ["002", "114", "121", "201", "221"], ["003", "114", "222"]
    assert counts(shown) == first
    assert counts(compared) == sorted(first + second)


def test_pictures_are_grouped_by_epoch_with_the_runs_side_by_side(shown: str, compared: str) -> None:
    heading, caption = re.compile(r"<h2>([^<]*)"), re.compile(r"<figcaption>([^<]*)")
    assert heading.findall(shown) == ["Epoch 0", "Epoch 2", "Epoch 10", "The whole run"]
    assert caption.findall(shown) == ["Overview", "Predictions", "Predictions", "Loss", "Confusion"]
    assert 'class="first"' in shown, "which stands above the charts"
    assert caption.findall(compared)[-2:] == ["Confusion · HEAD", "Confusion · workspace"], "the old one first"
    losses = re.findall(r"Loss · (\w+)</figcaption>(not in this run)?", compared)
    assert losses == [("HEAD", ""), ("workspace", "not in this run")]


def test_charts_turn_dark_with_the_page(opened: Page, pages: dict[str, Path], shown: str) -> None:
    opened.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    labels = [drawn(document, "Loss") for document in (shown, body(opened, pages["show"]))]
    opened.call("Emulation.setEmulatedMedia", features=[])
    fills = [re.search(r'<text[^>]*fill="([^"]*)"', chart) for chart in labels]
    assert [fill and fill[1] for fill in fills] == ["#1b1f24", "#e6e9ee"]


def test_the_page_loads_nothing_and_a_clone_without_it_has_dvc_s_own(opened: Page, pages: dict[str, Path]) -> None:
    body(opened, pages["show"])
    assert not [address for address in opened.requested if not address.startswith(("file:", "data:"))]
    assert "html_template" not in (ROOT / ".dvc/config").read_text()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_scrolls_sideways(opened: Page, pages: dict[str, Path], width: int) -> None:
    assert opened.width_needed(width, lambda: body(opened, pages["diff"])) <= width
