import numpy as np
import pytest
from PIL import Image, ImageOps

from digits.data.classes import NO_DIGIT
from digits.network.cnn import CNN
from digits.reading.answers import NOT_SURE, SURE, decide, read, summarise
from digits.reading.numbers import Ink
from tests.handwriting import beside, photographed, written


@pytest.mark.parametrize(
    "digits", [[1, 0], [1, 6], [2, 1], [2, 0, 2, 6], [6, 6, 6, 6], [5, 2, 6, 0, 2], [7, 4, 5, 3, 8, 2], [1, 1, 1]]
)
def test_a_number_is_read_digit_by_digit_on_paper_and_in_a_photograph(reader: CNN, digits: list[int]) -> None:
    for picture in (beside(digits), photographed(beside(digits, pen=6))):
        [line] = read(picture, reader)
        assert [sign.label for sign in line] == digits
        lefts = [sign.box[0] for sign in line]
        assert lefts == sorted(lefts)


def test_lines_are_read_from_top_to_bottom(reader: CNN) -> None:
    page = Image.new("L", (430, 420), 255)
    page.paste(beside([1, 9, 7]), (0, 0))
    page.paste(beside([4, 2]), (0, 200))
    assert summarise(read(page, reader))[0] == "197 / 42"


def test_touching_digits_are_cut_apart_or_not_answered(reader: CNN) -> None:
    answers = [summarise(read(beside([a, b], gap=-34), reader))[0] for a, b in [(2, 0), (5, 3), (6, 6), (4, 8), (0, 0)]]
    expected = ["20", "53", "66", "48", "00"]
    answered = [(answer, right) for answer, right in zip(answers, expected, strict=True) if answer.isdigit()]
    assert len(answered) >= 2
    assert all(answer == right for answer, right in answered), answers


@pytest.mark.parametrize("digit", range(10))
def test_one_digit_stays_one(reader: CNN, digit: int) -> None:
    [[sign]] = read(written(digit, pen=6), reader)
    assert sign.label == digit
    assert sign.box[0] > 0.2


def test_what_is_unlikely_is_no_answer() -> None:
    part = Ink(ImageOps.expand(written(3), 10, 255)).whole
    rest = (1 - 0.6) / 9
    row = [0.6 if k == 5 else rest for k in range(10)]
    row[6] += 0.001
    sign = decide(row, part, tuple("0123456789"))
    assert (sign.label, sign.says) == (None, f"{NOT_SURE}: 5 or 6")
    assert decide([1 - SURE, SURE, *np.zeros(8).tolist()], part, tuple("0123456789")).label == 1
    assert decide([0.7, 0.3], part, ("5", NO_DIGIT)).says == f"{NOT_SURE}: 5"
