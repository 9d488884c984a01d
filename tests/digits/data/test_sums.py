import shutil
import subprocess
from pathlib import Path

import pytest

from digits.data.sums import check_sums, write_sums


def test_a_changed_file_is_named(tmp_path: Path) -> None:
    check_sums(tmp_path)
    for name in ("a", "b c"):
        (tmp_path / name).write_text(name)
    write_sums(tmp_path, ("a", "b c"))
    check_sums(tmp_path)
    (tmp_path / "b c").write_text("damaged")
    with pytest.raises(ValueError, match=r"b c: not the file that was downloaded: its SHA-256 isn't the one in SHA256"):
        check_sums(tmp_path)


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum")
def test_sha256sum_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    write_sums(tmp_path, ("a",))
    ended = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True)
    assert (ended.returncode, ended.stdout) == (0, b"a: OK\n")
