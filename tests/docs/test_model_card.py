"""The figures of the model card and of people's pictures are those of the committed runs."""

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


def test_the_table_of_people_s_pictures() -> None:
    page = (ROOT / "docs/own-digits.md").read_text(encoding="utf-8")
    table = pd.read_csv(io.StringIO(committed("benchmarks/own_digits.csv"))).set_index(["network", "pictures"])
    for _, kind in [names for names in table.index if names[0] == NETWORKS[0] and names[1] != "no digits"]:
        reader, cnn = (table.loc[(network, kind)] for network in NETWORKS)
        counts = [" / ".join(f"{row[name]:.0f}" for name in ("right", "wrong", "refused")) for row in (reader, cnn)]
        interval = f"{100 * reader['right_low']:.1f} to {100 * reader['right_high']:.1f} %"
        peers = [f"{table.loc[(name, kind), 'right']:.0f}" for name in ("digit_recognizer", "tesseract")]
        row = f"{reader['count']:.0f}", counts[0], interval, counts[1], *peers
        assert f"| {' | '.join(row)} |" in page, kind


def test_dvc_s_artifact_names_the_card() -> None:
    artifact = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["artifacts"]["cnn"]
    assert "docs/model-card.md" in artifact["desc"]
