"""A params.yaml that is wrong in any way ends in one clear line, soon and in little memory."""

import os
import subprocess
import sys
import time
import tracemalloc
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.pipeline.parameters import LARGEST, load_params
from stages.check import SECTIONS
from tests.imports import ROOT

TEXT = (ROOT / "params.yaml").read_text()
FULL = LARGEST - 10


def with_(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def bomb(levels: int) -> str:
    """Each level nine times the one before, by aliases: 9 to the power of `levels` values in a few lines."""
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else '0'] * 9)}]" for n in range(levels)]
    return TEXT + "\n".join(lines)


HOSTILE = {
    "empty": (b"", "must hold the sections"),
    "spaces": (b" " * FULL, "must hold the sections"),
    "a list": (b"- 1", "must hold the sections"),
    "a huge file": (b"#" * (LARGEST + 1), f"more than {LARGEST} bytes"),
    "not UTF-8": (TEXT.encode("utf-16"), "not valid YAML: 'utf-8' codec"),
    "a NUL": (TEXT + "\0", "special characters are not allowed"),
    "two documents": (TEXT + "---\n" + TEXT, "expected a single document"),
    "a key twice": (with_("  seed: 0", "  seed: 0\n  seed: 1"), "key 'seed' stands twice"),
    "a key twice, quoted": (with_("  seed: 0", '  seed: 0\n  "seed": 1'), "key 'seed' stands twice"),
    "a section twice": (TEXT + "subset: {}", "key 'subset' stands twice"),
    "a merge": (with_("  seed: 0", "  <<: {seed: 0}"), "or is << (merge)"),
    "an anchor": (with_("seed: 0", "seed: &zero 0"), "anchors, aliases and tags are not read"),
    "aliases that explode": (bomb(9), "anchors, aliases and tags are not read"),
    "an alias to itself": (with_("snapshots: [0", "snapshots: &all [*all"), "anchors, aliases and tags are not read"),
    "a tag of Python": (with_("seed: 0", "seed: !!python/object/apply:os.getpid []"), "tags are not read"),
    "a tag with a bad date": (with_("seed: 0", "seed: !!timestamp now"), "tags are not read"),
    "a tag with a bad number": (with_("seed: 0", "seed: !!float abc"), "tags are not read"),
    "a tag of nothing": (with_("seed: 0", "seed: ! 0"), "tags are not read"),
    "open brackets": ("[" * FULL, "nested more than 10 deep"),
    "closed brackets": (with_("[0, 10, 20]", "[" * 5000 + "]" * 5000), "nested more than 10 deep"),
    "open braces": ("{" * FULL, "nested more than 10 deep"),
    "deep lists": ("- " * (FULL // 2), "nested more than 10 deep"),
    "deep keys": ("? " * (FULL // 2), "nested more than 10 deep"),
    "a long text": (with_("device: auto", "device: " + "a" * 1001), "or longer than 1000 characters"),
    "a whole number of 1,001 digits": (with_("seed: 0", "seed: " + "9" * 1001), "or longer than 1000 characters"),
    "a whole number of 1,000 digits": (with_("seed: 0", "seed: " + "9" * 1000), "subset.seed = 9999"),
    "a hexadecimal of 998 digits": (with_("seed: 0", "seed: 0x" + "f" * 998), "subset.seed = "),
    "a float of 900 digits": (with_("rate: 0.15", f"rate: {'9' * 900}.0"), "train.learning_rate = inf"),
    "a whole number for a float": (with_("rate: 0.15", "rate: " + "9" * 1000), "train.learning_rate = 9999"),
    "a float to base 60": (with_("rate: 0.15", f"rate: {'1:' * 450}1.0"), "int too large to convert to float"),
    "not a number": (with_("rate: 0.15", "rate: .nan"), "train.learning_rate = nan"),
    "a date that is none": (with_("seed: 0", "seed: 2001-99-99"), "month must be in 1..12"),
    "a list as key": (with_("seed: 0", "[seed]: 0"), "found unhashable key"),
    "half a character": (with_("device: auto", 'device: "\\ud800"'), r"train.device = '\ud800'"),
    "half a character as key": (with_("seed: 0", '"\\ud800": 0'), r"'\ud800' (str): must be a valid string"),
    "a terminal's escape": (with_("seed: 0", 'seed: "\\e[31m"'), r"subset.seed = '\x1b[31m'"),
    "a terminal's escape as key": (with_("seed: 0", '"\\e[31m": 0'), r"subset.'\x1b[31m' = 0: unknown parameter"),
    "thousands of wrong values": (with_("[0, 10, 20]", f"[{'-1,' * 4000}]"), "snapshots[9] = -1 (int): must be"),
    "thousands of sections": ("\n".join(f"k{n}:" for n in range(2000)), "unknown sections ['k0', 'k1'"),
    "thousands of parameters": (with_("seed: 0", "\n  ".join(f"k{n}: 0" for n in range(999))), "; and 990 more"),
}


def read_all(path: Path) -> str:
    """What refuses the file, or nothing where every section is valid."""
    try:
        for section, model in SECTIONS.items():
            load_params(section, model, path)
    except ValueError as error:
        return str(error)
    return ""


def assert_clear(refusal: str, path: Path) -> None:
    assert refusal.startswith(f"{path}: ")
    assert len(refusal.splitlines()) == 1
    assert not [character for character in refusal if unicodedata.category(character) == "Cc"]
    assert len(refusal) < len(str(path)) + 4000


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_in_one_line(case: str, tmp_path: Path) -> None:
    content, reason = HOSTILE[case]
    path = tmp_path / "params.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    begin = time.process_time()
    refusal = read_all(path)
    assert time.process_time() - begin < 5
    assert_clear(refusal, path)
    assert reason in refusal


@pytest.mark.parametrize("case", ["aliases that explode", "closed brackets", "thousands of wrong values"])
def test_the_memory_it_takes_is_bounded(case: str, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(str(HOSTILE[case][0]))
    tracemalloc.start()
    try:
        assert read_all(path)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_editors_do_to_a_file_is_no_matter(tmp_path: Path, mark: str, newline: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes((mark + TEXT.replace("\n", newline)).encode())
    assert read_all(path) == ""


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo if hasattr(os, "mkfifo") else Path.mkdir])
def test_what_is_no_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "params.yaml")
    assert read_all(tmp_path / "params.yaml").endswith("no file; run this in the folder that holds dvc.yaml")


CHARACTERS = st.sampled_from("[]{}:-?,&*!|>'#%~=\\\" \n\t\0\x85\u2028\ufeff\U0001f600a01")
WORDS = st.sampled_from(
    ("&a ", "*a", "!!float ", "--- ", "...\n", "<<: ", "true", "0x", "1e9", ".inf", "1:2:3.4", "2001-01-01", "9" * 5000)
)
SOUP = st.lists(CHARACTERS | WORDS | st.sampled_from(("seed", "train: ", "\n  samples: ")), max_size=40).map("".join)


@st.composite
def edited(draw: st.DrawFn) -> bytes:
    """The repository's file with a piece of it replaced by tokens of YAML, or by any bytes."""
    start = draw(st.integers(0, len(TEXT)))
    end = draw(st.integers(start, min(len(TEXT), start + 50)))
    piece = draw(SOUP.map(str.encode) | st.binary(max_size=20))
    return TEXT[:start].encode() + piece + TEXT[end:].encode()


@settings(max_examples=200)
@given(content=edited() | SOUP.map(str.encode) | st.binary(max_size=100))
def test_any_file_is_valid_or_refused_in_one_line(content: bytes, scratch: Path) -> None:
    path = scratch / "hostile.yaml"
    path.write_bytes(content)
    if refusal := read_all(path):
        assert_clear(refusal, path)


@pytest.mark.parametrize("case", ["a key twice", "closed brackets", "a tag with a bad date", "half a character"])
def test_a_stage_run_by_hand_ends_in_that_line(case: str, tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text(str(HOSTILE[case][0]))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "stages.check"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("error: params.yaml: ")
    assert ended.stderr.count("\n") == 1
