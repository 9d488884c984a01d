import os
import shlex
import subprocess
import sys

import pytest

from digits.pipeline.errors import one_line_errors
from tests.imports import ROOT

MEMORY = "out of memory: lower subset.samples, train.batch_size or model.channels"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("params.yaml: two\n  lines"), "error: params.yaml: two lines\n"),
        (FileNotFoundError(2, "No such file", "data/raw"), "error: [Errno 2] No such file: 'data/raw'\n"),
        (ValueError("a\x1b[31m\a\u202eb\udcff.png: no picture"), "error: a?[31m??b?.png: no picture\n"),
        (MemoryError("Unable to allocate 9 TiB"), f"error: {MEMORY} (Unable to allocate 9 TiB)\n"),
        (RuntimeError("CPU: can't allocate memory"), f"error: {MEMORY} (CPU: can't allocate memory)\n"),
        (KeyboardInterrupt(), ""),
    ],
)
def test_what_one_can_mend_is_one_line(capsys: pytest.CaptureFixture[str], error: BaseException, line: str) -> None:
    with pytest.raises(SystemExit) as ending, one_line_errors():
        raise error
    assert ending.value.code == (1 if line else 130)
    assert capsys.readouterr() == ("", line)


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), one_line_errors():
        print(1 / 0)
    with pytest.raises(RuntimeError), one_line_errors():
        raise RuntimeError("shapes differ")


@pytest.mark.parametrize(("redirection", "encoding"), [(">/dev/full", "utf-8"), ("| true", "utf-8"), ("", "cp1252")])
def test_a_message_that_cannot_be_written_fails_nothing(redirection: str, encoding: str) -> None:
    code = "from digits.pipeline.errors import *\nwith one_line_errors(): [say('100 → models') for _ in range(9999)]"
    shell = f"set -o pipefail; {shlex.quote(sys.executable)} -c {shlex.quote(code)} {redirection}"
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(["bash", "-c", shell], env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.startswith(b"100 \\u2192 models" if encoding == "cp1252" else b"")
