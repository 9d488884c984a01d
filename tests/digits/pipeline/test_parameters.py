import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from digits.params.subset import SubsetParams
from digits.params.compute import Compute
from digits.pipeline.parameters import SECTIONS as NAMES
from digits.pipeline.parameters import load_params
from stages.check import SECTIONS
from tests.digits.params.conftest import changed
from tests.imports import ROOT

TEXT = (ROOT / "params.yaml").read_text()
CONTENT = yaml.safe_load(TEXT)
KEYS = [
    *CONTENT,
    *(f"{section}.{key}" for section, values in CONTENT.items() for key in values),
    *(f"train.augment.{key}" for key in CONTENT["train"]["augment"]),
    "train.unknown",
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3), max_leaves=5
)


def load_subset(path: Path, content: str | bytes) -> SubsetParams:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_params("subset", SubsetParams, path)


@pytest.mark.parametrize("section", NAMES)
def test_the_repository_s_own_are_read_as_they_stand(section: str) -> None:
    assert load_params(section, SECTIONS[section], ROOT / "params.yaml").model_dump() == CONTENT[section]


@given(key=st.sampled_from(KEYS), value=VALUES)
@example(key="subset", value={"sam\nples": 1})
def test_any_value_is_taken_as_it_is_or_refused_in_one_line(key: str, value: object, scratch: Path) -> None:
    path, section = scratch / "params.yaml", key.split(".")[0]
    try:
        taken, refusal = changed(path, key, value), ""
    except ValueError as error:
        taken, refusal = None, str(error)
    if taken is None:
        assert refusal.startswith(f"{path}: {section}")
        assert len(refusal.splitlines()) == 1
    else:
        assert taken.model_dump() == yaml.safe_load(path.read_text())[section]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("  seed: 0\n", "", "subset.seed: missing parameter"),
        ("  seed: 0\n", "  sed: 0\n", "subset.seed: missing parameter; subset.sed = 0: unknown parameter"),
        ("  samples: 1000", "  samples: 1000\n  shuffle: true", "subset.shuffle = True: unknown parameter"),
        ("  samples: 1000", "  samples: 1000\n  2: 3", "subset[2] = 2 (int): must be strings"),
        ("subset:", "subset: 5\nplots:", "unknown sections ['plots'], missing sections []: must be download, subset"),
        ("plot:", "drawing:", "unknown sections ['drawing'], missing sections ['plot']: must be download, subset"),
        (TEXT, TEXT[: TEXT.index("plot:")], "unknown sections [], missing sections ['plot']: must be download"),
        (TEXT, "", "must hold the sections download, subset, model, train, plot"),
        (TEXT, "# nothing\n", "must hold the sections download"),
        (TEXT, "- download\n", "must hold the sections download"),
        (TEXT, "1000", "must hold the sections download"),
        ("subset:", "subset: {", "not valid YAML: while parsing a flow mapping"),
        ("subset:", "subset:\n\t", "not valid YAML: while scanning for the next token found character '\\t'"),
        ("samples: 1000", "samples: *all", "not valid YAML: anchors, aliases and tags are not read in"),
        ("samples: 1000", "samples: !!python/object/apply:os.getcwd []", "not valid YAML: anchors, aliases and tags"),
        ("samples: 1000", "samples: 2001-99-99", "not valid YAML: month must be in 1..12"),
    ],
    ids=lambda text: text[-40:],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    path = tmp_path / "params.yaml"
    with pytest.raises(ValueError, match=re.escape(reason)) as refusal:
        load_subset(path, TEXT.replace(old, new, 1))
    assert str(refusal.value).startswith(f"{path}: {reason}")
    assert "\n" not in str(refusal.value)


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"params\.yaml: not valid YAML: 'utf-8' codec"):
        load_subset(tmp_path / "params.yaml", b"subset: \xff")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"params\.yaml: not found; run this in the folder that holds dvc\.yaml"):
        load_params("subset", SubsetParams, tmp_path / "params.yaml")


def test_every_problem_of_a_section_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"subset\.samples = 0 .*; subset\.test_samples = 1\.5 .*"):
        changed(tmp_path / "params.yaml", "subset", {"samples": 0, "test_samples": 1.5, "seed": 0})


def test_the_part_of_a_section_that_evaluate_needs_is_read_alone() -> None:
    compute = load_params("train", Compute, ROOT / "params.yaml")
    assert set(compute.model_dump()) == {"threads", "device"}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("train.learning_rate", "1e-3"),
        ("train.learning_rate", "1e-7"),
        ("train.learning_rate", "15e-8"),
        ("train.learning_rate", "2E2"),
        ("train.momentum", ".9e0"),
        ("subset.samples", "1e3"),
        ("subset.samples", "300"),
    ],
)
def test_a_number_read_as_text_comes_with_a_hint_that_works(
    tmp_path: Path, refusal: Callable[[str, object], str], key: str, text: str
) -> None:
    [number] = re.findall(r"write (\S+)$", refusal(key, text))
    taken = changed(tmp_path / "params.yaml", key, yaml.safe_load(number))
    assert getattr(taken, key.split(".")[1]) == float(text)


@pytest.mark.parametrize("text", ["nan", "inf", "-infinity", "much"])
def test_text_that_is_no_number_for_yaml_comes_without_a_hint(refusal: Callable[[str, object], str], text: str) -> None:
    assert refusal("train.learning_rate", text) == f"train.learning_rate = {text!r} (str): must be a valid number"
