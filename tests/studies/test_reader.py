from pathlib import Path

import numpy as np
import pytest
import yaml

from digits.data.classes import NO_DIGIT
from digits.data.handwriting.picture import image_of
from digits.network.prediction import make_predictions
from digits.network.weights import READER, load_weights
from digits.params.model import ModelParams
from digits.params.train import TrainParams
from digits.pipeline.parameters import load_params
from studies.reader.others import KINDS, draw_others
from studies.reader.pen import draw_digits
from studies.reader.train import OWN_REPEATS, PATH, ReaderParams, main, read_own
from tests.handwriting import written
from tests.imports import ROOT, check_rooms


def test_deps_are_the_rooms_the_code_reaches() -> None:
    stage = yaml.safe_load((ROOT / "studies/reader/dvc.yaml").read_text())["stages"]["train"]
    check_rooms("reader", stage["deps"], "studies/reader/train.py")
    assert stage["params"] == [{PATH.as_posix(): ["reader", "model", "train"]}]


def test_what_is_drawn_is_in_mnists_form_and_the_same_every_time() -> None:
    (images, labels), again = (draw_digits(40, np.random.default_rng(3)) for _ in range(2))
    assert (images.shape, images.dtype, labels.tolist()) == ((40, 28, 28), np.uint8, [*range(10)] * 4)
    np.testing.assert_array_equal(images, again[0])
    heights, widths = (images.any(axis).sum(1) for axis in (2, 1))
    longest = np.maximum(heights, widths)
    assert longest.max() == 20
    assert (longest >= 19).mean() > 0.9  # but where a stroke's end is missing


def test_the_committed_reader_reads_drawn_digits_and_refuses_what_is_none() -> None:
    """With digits and things that it has not seen."""
    model = load_weights(ROOT / READER)
    assert model.classes[-1] == NO_DIGIT
    images, labels = draw_digits(200, np.random.default_rng(1234))
    assert (make_predictions(model, images).numpy().argmax(1) == labels).mean() > 0.97
    others = draw_others(25 * len(KINDS), np.random.default_rng(1234))
    assert (make_predictions(model, others).numpy().argmax(1) == 10).mean() > 0.9
    assert (ROOT / READER).stat().st_size < 1e6


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A person's pictures of a 7 and a 1."""
    for digit in (7, 1):
        (tmp_path / f"own/{digit}").mkdir(parents=True)
        written(digit).save(tmp_path / f"own/{digit}/a.png")
    return tmp_path / "own"


@pytest.mark.slow
def test_it_trains_on_all_of_it_and_writes_weights_and_metrics(own: Path, raw: Path, tmp_path: Path) -> None:
    params = ReaderParams(seed=0, digits=40, others=16, own=str(own))
    training = load_params("train", TrainParams, ROOT / PATH).model_copy(update={"epochs": 1, "threads": 1})
    model = load_params("model", ModelParams, ROOT / PATH).model_copy(update={"channels": [4, 8]})
    main(params, training, model, raw, tmp_path / "reader.safetensors", tmp_path / "metrics.json")
    assert load_weights(tmp_path / "reader.safetensors").classes == (*"0123456789", NO_DIGIT)
    assert yaml.safe_load((tmp_path / "metrics.json").read_text())["samples"] == 200


def test_a_person_s_pictures_count_many_times_each(own: Path) -> None:
    images, labels = read_own(own, tuple("0123456789"))
    assert labels.tolist() == [1] * OWN_REPEATS + [7] * OWN_REPEATS
    np.testing.assert_array_equal(images[0], image_of(written(1), "strokes"))
    (own / "7/b.png").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"7/b\.png: not a picture"):
        read_own(own, tuple("0123456789"))
    with pytest.raises(ValueError, match=r"reader\.own = .*: must hold pictures in subfolders named 0, 1"):
        read_own(own / "7", tuple("0123456789"))
