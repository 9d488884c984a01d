"""The model card's figures are those of the committed runs: after a new run this says which lines to change."""

import io
import json

import pandas as pd
import yaml

from tests.docs.test_readme import committed, recipe
from tests.imports import ROOT

CARD = (ROOT / "docs/model-card.md").read_text(encoding="utf-8")
NETWORKS = "studies/reader/reader.safetensors", "models/cnn.safetensors"


def test_the_figures_on_mnist() -> None:
    tested, reader = (json.loads(committed(path)) for path in ("metrics/test.json", "studies/reader/metrics.json"))
    expected = [
        f"| {tested['accuracy']:.2%} ".replace("%", " %"),
        f"| {reader['accuracy']:.2%} ".replace("%", " %"),
        f"| expected calibration error there | {100 * tested['expected_calibration_error']:.2f} % |",
        f"gets {recipe('default').strip('| ').partition(' (')[0]}",
    ]
    assert [figure for figure in expected if figure not in CARD] == []


def test_the_figures_on_people_s_pictures() -> None:
    table = pd.read_csv(io.StringIO(committed("benchmarks/own_digits.csv"))).set_index(["network", "pictures"])
    reader, cnn = (table.loc[(network, "all of one digit")].astype(int) for network in NETWORKS)
    wrong = [table.loc[(network, "no digits"), "wrong"] for network in NETWORKS]
    expected = [
        f"Of {reader['count']} pictures",
        f"the reader gets {reader['right']} right and {reader['wrong']} wrong; it does not answer {reader['refused']}.",
        f"network: {cnn['right']}, {cnn['wrong']} and {cnn['refused']}.",
        f"the reader takes {wrong[0]:.0f} for digits, the pipeline's network {wrong[1]:.0f}.",
    ]
    assert [figure for figure in expected if figure not in " ".join(CARD.split())] == []


def test_dvc_s_artifact_names_the_card() -> None:
    artifact = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["artifacts"]["cnn"]
    assert "docs/model-card.md" in artifact["desc"]
