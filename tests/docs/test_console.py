from pathlib import Path

import pytest

from tests.docs.console import fits, follow

PAGE = """\
$ not a command
## One
```console
$ mkdir new
$ cd new
```
### Below
```console
$ pwd
/…/new
$ echo $GREETING
hello
```
## Two
```console
$ echo one
two
```
"""


@pytest.mark.parametrize(
    ("shown", "output", "fit"),
    [
        ("A  main  98.97%  (9,897 of 10,000 right)", "A  main  70.00%  (14 of 20 right)", True),
        ("└── 5ed4285 [few]   10:11 AM   300", "└── 445a75a [few]  02:17 PM  100", True),
        ("first\n…\nlast", "first\nsecond\n\nthird\nlast", True),
        ("A is better", "B is better", False),
        ("first", "first\nsecond", False),
        ("first\n…\nlast", "first\nsecond", False),
    ],
)
def test_what_fits(shown: str, output: str, fit: bool) -> None:
    assert fits(shown.splitlines(), output) == fit


def test_a_section_is_followed_or_a_page_to_where_it_is_wrong(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    follow(page, tmp_path, section="One", GREETING="hello")
    (tmp_path / "new").rmdir()
    with pytest.raises(AssertionError, match=r"page.md:16: \$ echo one"):
        follow(page, tmp_path, GREETING="hello")
