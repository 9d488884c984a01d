from pathlib import Path

import pytest

from tests.docs.console import commands, fits, follow

PAGE = """\
# Title
$ not a command
## One
```console
$ first
shown
$ second
```
### Below
```console
$ third
```
## Two
```python
$ no console
```
```console
$ # fourth
```
"""


def test_commands_of_a_page_and_of_a_section(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    found = commands(page)
    assert [command.text for command in found] == ["first", "second", "third", "# fourth"]
    assert [command.shown for command in found] == [["shown"], [], [], []]
    assert found[1].where == "page.md:7"
    assert [command.text for command in commands(page, "One")] == ["first", "second", "third"]
    with pytest.raises(AssertionError, match="no commands"):
        follow(page, tmp_path, section="Three")


@pytest.mark.parametrize(
    ("shown", "output", "fit"),
    [
        ("A  main  98.97%  (9,897 of 10,000 right)", "A  main  70.00%  (14 of 20 right)", True),
        ("better, p < 0.0001 (exact)", "better, p = 0.03 (exact)", True),
        ("└── 5ed4285 [few]   10:11 AM   300", "└── 445a75a [few]  02:17 PM  100", True),
        ("accuracy: 0.9896,", "accuracy: 0.9933333333333333,", True),
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


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("$ false", r"page.md:2: \$ false"),
        (
            "$ mkdir new\n$ cd new\n$ pwd\n/…/new\n$ echo $GREETING\nhello … 1\n$ echo one\ntwo",
            r"page.md:8: \$ echo one",
        ),
    ],
)
def test_a_page_is_followed_to_where_it_is_wrong(tmp_path: Path, block: str, message: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"```console\n{block}\n```\n")
    with pytest.raises(AssertionError, match=message):
        follow(page, tmp_path, GREETING="hello there 2")
