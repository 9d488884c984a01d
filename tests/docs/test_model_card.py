"""The model card's figures are those of the committed runs: after a new run this says which lines to change."""

import io
import json

import pandas as pd
import yaml

from tests.docs.test_readme import committed, recipe
from tests.imports import ROOT

CARD = (ROOT / "docs/model-card.md").read_text(encoding="utf-8")
NETWORKS = "studies/reader/reader.safetensors", "models/cnn.safetensors"
KINDS = {
    "drawn": "drawn with tablet or mouse",
    "photo": "phone photographs",
    "pixel": "mouse on 28×28 pixels",
    "small": "reduced to 28×28 by their owner",
    "scan32": "scans of 32×32",
    "scan-inside": "form cells without their frame",
    "scan-framed": "form cells with it",
    "all of one digit": "all of one digit",
    "several": "numbers of 2 to 6 digits",
}


def test_the_figures_on_mnist() -> None:
    tested, reader = (json.loads(committed(path)) for path in ("metrics/test.json", "studies/reader/metrics.json"))
    expected = [
        f"| {tested['accuracy']:.2%} ".replace("%", " %"),
        f"| {reader['accuracy']:.2%} ".replace("%", " %"),
        f"| expected calibration error there | {100 * tested['expected_calibration_error']:.2f} % |",
        f"gets {recipe('default').strip('| ').partition(' (')[0]}",
    ]
    assert [figure for figure in expected if figure not in CARD] == []


def test_the_figures_by_kind_of_picture() -> None:
    table = pd.read_csv(io.StringIO(committed("benchmarks/own_digits.csv"))).set_index(["network", "pictures"])
    lines = []
    for kind, words in KINDS.items():
        rows = [table.loc[(network, kind)] for network in NETWORKS]
        counts = [" / ".join(f"{row[name]:.0f}" for name in ("right", "wrong", "refused")) for row in rows]
        lines.append(f"| {words} | {rows[0]['count']:.0f} | {counts[0]} | {counts[1]} |")
    assert set(table.index.get_level_values("pictures")) == {*KINDS, "no digits"}
    assert [line for line in lines if line not in CARD] == []
    wrong = [table.loc[(network, "no digits"), "wrong"] for network in NETWORKS]
    assert f"the reader takes {wrong[0]:.0f} for digits, the pipeline's network {wrong[1]:.0f}." in CARD


def test_dvc_s_artifact_names_the_card() -> None:
    artifact = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["artifacts"]["cnn"]
    assert "docs/model-card.md" in artifact["desc"]
