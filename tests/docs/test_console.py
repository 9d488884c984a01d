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


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(PAGE)
    return path


def test_commands_of_a_page_and_of_a_section(page: Path) -> None:
    assert [command.text for command in commands(page)] == ["first", "second", "third", "# fourth"]
    assert [command.text for command in commands(page, "One")] == ["first", "second", "third"]
    assert [command.text for command in commands(page, "Two")] == ["# fourth"]
    first, second, *_ = commands(page)
    assert (first.shown, second.shown) == (["shown"], [])
    assert second.where == "page.md:7"


@pytest.mark.parametrize(
    ("shown", "output"),
    [
        ("A  main  98.97%  (9,897 of 10,000 right)", "A  main  70.00%  (14 of 20 right)"),
        ("accuracy   0.9897   -0.0412", "accuracy  1.0  0.04"),
        ("better, p < 0.0001 (exact)", "better, p = 0.03 (exact)"),
        ("└── 5ed4285 [few]   10:11 AM   300", "└── 445a75a [few]  02:17 PM  100"),
        ("Task     Name\n4f97bae  one", "Task    Name\nc300341  one"),
        ("first\n…\nlast", "first\nsecond\n\nthird\nlast"),
        ("first\n…\nlast", "first\nlast"),
        ("file://…/index.html", "file:///some/where/index.html"),
    ],
)
def test_what_fits(shown: str, output: str) -> None:
    assert fits(shown.splitlines(), output)


@pytest.mark.parametrize(
    ("shown", "output"),
    [
        ("A is better", "B is better"),
        ("accuracy  0.9", "accuracy  none"),
        ("first\nlast", "first\nsecond\nlast"),
        ("first", "first\nsecond"),
        ("first\n…\nlast", "first\nsecond"),
        ("first\n…", "second"),
        ("shown", ""),
    ],
)
def test_what_does_not_fit(shown: str, output: str) -> None:
    assert not fits(shown.splitlines(), output)


@pytest.mark.parametrize(
    ("block", "message"),
    [("$ false", "page.md:2: [$] false"), ("$ echo one\ntwo", "not what the page shows")],
)
def test_a_page_that_is_wrong(tmp_path: Path, block: str, message: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"```console\n{block}\n```\n")
    with pytest.raises(AssertionError, match=message):
        follow(page, tmp_path)


def test_a_section_that_is_not_there(page: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no commands"):
        follow(page, tmp_path, section="Three")


def test_a_page_that_is_right(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ mkdir new\n$ cd new\n$ echo $GREETING > file\n$ cat file\nhello … 1\n```\n")
    follow(page, tmp_path, GREETING="hello there 2")
    assert (tmp_path / "new/file").is_file()
