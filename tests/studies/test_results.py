from pathlib import Path

import pytest

from studies.learning_curve.results import Row, read_computed, write_results

ROWS = {
    "b": Row(300, 1, 0.975, 0.1, 250, 8.5),
    "a": Row(300, 0, 0.97, 0.12, 300, 9.0),
    "c": Row(100, 2, 0.9, 0.3, 1000, 4.0),
}


def test_rows_are_sorted_and_only_those_asked_for_are_results(tmp_path: Path) -> None:
    results, computed = tmp_path / "results.csv", tmp_path / "computed.csv"
    write_results(results, computed, ROWS, ["b", "c", "missing"])
    assert results.read_text() == (
        "samples,seed,accuracy,loss,errors,seconds\n100,2,0.9,0.3,1000,4.0\n300,1,0.975,0.1,250,8.5\n"
    )
    assert [line.rsplit(",", 1)[1] for line in computed.read_text().split()] == ["key", "c", "a", "b"]
    assert read_computed(computed) == ROWS


def test_nothing_is_computed_yet(tmp_path: Path) -> None:
    assert read_computed(tmp_path / "computed.csv") == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1: '': must be 'samples,"),
        ("samples,seed\n", "line 1: 'samples,seed': must be"),
        ("samples,seed,accuracy,loss,errors,seconds,key\n<<<<<<< HEAD\n", "line 2: '<<<<<<< HEAD': must be numbers"),
        (
            "samples,seed,accuracy,loss,errors,seconds,key\n1,0,nan,1,1,1,a\n",
            "line 2: '1,0,nan,1,1,1,a': must be finite",
        ),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "computed.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"computed\.csv") as error:
        read_computed(path)
    assert str(error.value).startswith(f"{path}: {reason}")
