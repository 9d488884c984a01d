from hashlib import sha256
from pathlib import Path

import pytest

from digits.data.sums import check_sums, write_sums


def test_a_changed_file_is_named(tmp_path: Path) -> None:
    check_sums(tmp_path)
    for name in ("a", "b c"):
        (tmp_path / name).write_text(name)
    write_sums(tmp_path, ("a", "b c"))
    check_sums(tmp_path)
    assert (tmp_path / "SHA256SUMS").read_text().startswith(f"{sha256(b'a').hexdigest()}  a\n"), "as sha256sum reads it"
    (tmp_path / "b c").write_text("damaged")
    with pytest.raises(ValueError, match=r"b c: not the file that was downloaded: its SHA-256 isn't the one in SHA256"):
        check_sums(tmp_path)
