import re
from pathlib import Path

import pytest
import yaml

from digits.params.compute import Compute
from digits.params.subset import SubsetParams
from digits.pipeline.parameters import load_params, load_yaml
from stages.check import find_sections
from tests.imports import ROOT

CONTENT = yaml.safe_load((ROOT / "params.yaml").read_text())
SUBSET = "subset:\n  samples: 300\n  test_samples: 100\n  validation: 0\n  per_class: all\n  seed: 0\n"


def load_subset(path: Path, content: str | bytes) -> SubsetParams:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_params("subset", SubsetParams, path)


@pytest.mark.parametrize("section", CONTENT)
def test_the_repository_s_own_are_read_as_they_stand(section: str) -> None:
    assert load_params(section, find_sections()[section], ROOT / "params.yaml").model_dump() == CONTENT[section]
    assert set(load_params("train", Compute, ROOT / "params.yaml").model_dump()) == {"threads", "device", "precision"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (SUBSET.replace("  seed: 0\n", ""), "subset.seed: missing parameter"),
        (SUBSET + "  shuffle: true\n", "subset.shuffle = True: unknown parameter"),
        (SUBSET.replace("00", "e"), "subset.samples = '3e': must be a whole number from 1 on, or all; subset.test"),
        ("subset: 5", "subset = 5: must hold parameters"),
        ("train: {}", "subset: missing section"),
        ("", "must hold names and values"),
        ("subset: {", "not valid YAML: while parsing a flow node expected"),
        (SUBSET + "  seed: 1\n", "not valid YAML: 'seed' stands twice in"),
        (SUBSET + SUBSET, "not valid YAML: 'subset' stands twice in"),
        (b"subset: \xff", "not valid YAML: 'utf-8' codec can't decode"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, content: str | bytes, reason: str) -> None:
    path = tmp_path / "params.yaml"
    with pytest.raises(ValueError, match=rf"^{path}: {re.escape(reason)}[^\n]*$"):
        load_subset(path, content)


def test_a_missing_file_is_refused_and_what_editors_do_to_one_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    with pytest.raises(ValueError, match=r"params\.yaml: not found; run this in the folder that holds dvc\.yaml"):
        load_params("subset", SubsetParams, path)
    edited = "\ufeff" + (SUBSET + "more: [1]\n").replace("\n", "\r\n")
    assert load_subset(path, edited).samples == 300


@pytest.mark.parametrize("text", ["1", "0.1", "1e-3", "5e-05", "2E2", ".9e0", "1.e+2"])
def test_a_number_is_one_however_it_is_written(tmp_path: Path, text: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(f"a: {text}\nb: '{text}'\nc: x{text}\n")
    assert load_yaml(path) == {"a": float(text), "b": text, "c": f"x{text}"}
