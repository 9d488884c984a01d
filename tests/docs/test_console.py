from pathlib import Path

import pytest

from tests.docs.console import commands, fits, follow

PAGE = """\
$ not a command
## One
```console
$ first
shown
```
### Below
```console
$ second
```
## Two
```console
$ third
```
"""


def test_commands_of_a_page_and_of_a_section(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    assert [(each.text, each.where) for each in commands(page)][1:] == [
        ("second", "page.md:9"),
        ("third", "page.md:13"),
    ]
    assert [(each.text, each.shown) for each in commands(page, "One")] == [("first", ["shown"]), ("second", [])]


@pytest.mark.parametrize(
    ("shown", "output", "fit"),
    [
        ("A  main  98.97%  (9,897 of 10,000 right)", "A  main  70.00%  (14 of 20 right)", True),
        ("└── 5ed4285 [few]   10:11 AM   300", "└── 445a75a [few]  02:17 PM  100", True),
        ("first\n…\nlast", "first\nsecond\n\nthird\nlast", True),
        ("file://…/index.html", "file:///some/where/index.html", True),
        ("A is better", "B is better", False),
        ("first", "first\nsecond", False),
        ("first\n…\nlast", "first\nsecond", False),
        ("shown", "", False),
    ],
)
def test_what_fits(shown: str, output: str, fit: bool) -> None:
    assert fits(shown.splitlines(), output) == fit


def test_a_page_is_followed_to_where_it_is_wrong(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ mkdir new\n$ cd new\n$ pwd\n/…/new\n$ echo $GREETING\nhello\n$ echo one\ntwo\n```")
    with pytest.raises(AssertionError, match=r"page.md:8: \$ echo one"):
        follow(page, tmp_path, GREETING="hello")
