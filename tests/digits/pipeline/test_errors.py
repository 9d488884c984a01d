import pytest

from digits.pipeline.errors import one_line_errors


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("params.yaml: two\n  lines"), "error: params.yaml: two lines\n"),
        (FileNotFoundError(2, "No such file", "data/raw"), "error: [Errno 2] No such file: 'data/raw'\n"),
        (ValueError("a\x1b[31m\a\u202eb\udcff.png: no picture"), "error: a?[31m??b?.png: no picture\n"),
        (KeyboardInterrupt(), ""),
    ],
)
def test_what_a_person_can_mend_is_one_line_and_an_interruption_is_quiet(
    capsys: pytest.CaptureFixture[str], error: BaseException, line: str
) -> None:
    with pytest.raises(SystemExit) as ending, one_line_errors():
        raise error
    assert ending.value.code == (1 if line else 130)
    assert capsys.readouterr() == ("", line)


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), one_line_errors():
        print(1 / 0)
