from pathlib import Path

import pytest

from studies.learning_curve.results import Row, read_computed, write_results

HEADER = "samples,seed,accuracy,loss,errors,seconds,key\n"
ROWS = {
    "b": Row(300, 1, 0.975, 0.1, 250, 8.5),
    "a": Row(300, 0, 0.97, 0.12, 300, 9.0),
    "c": Row(100, 2, 0.9, 0.3, 1000, 4.0),
}


def test_rows_are_sorted_and_only_those_asked_for_are_results(tmp_path: Path) -> None:
    results, computed = tmp_path / "results.csv", tmp_path / "computed.csv"
    assert read_computed(computed) == {}
    write_results(results, computed, ROWS, ["b", "c", "missing"])
    assert results.read_text() == (
        "samples,seed,accuracy,loss,errors,seconds\n100,2,0.9,0.3,1000,4.0\n300,1,0.975,0.1,250,8.5\n"
    )
    assert [line.rsplit(",", 1)[1] for line in computed.read_text().split()] == ["key", "c", "a", "b"]
    assert read_computed(computed) == ROWS


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("samples,seed\n", 1, "other columns"),
        (f"{HEADER}<<<<<<< HEAD\n", 2, "invalid literal for int"),
        (f"{HEADER}1,0,1,1,1,1,a\n1,0,nan,1,1,1,b\n", 3, "a number that is not finite"),
        (f"{HEADER}1,0,1,1,1,1,a,b\n", 2, "a number that is not finite, or too few or many fields"),
        (f"{HEADER}1,0\n", 2, "float() argument must be"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = tmp_path / "computed.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"computed\.csv") as error:
        read_computed(path)
    form = f"must be {HEADER.strip()}, finite numbers and a key"
    assert str(error.value).startswith(f"{path}: line {line}: {form}: {reason}")
