import re

import torch

from benchmarks.profile import shares


def test_the_operator_that_takes_the_time_stands_first() -> None:
    matrix = torch.rand(600, 600)
    header, _, first, *_, rest, _ = shares("a product", lambda: (matrix @ matrix).add_(1)).split("\n")
    assert re.fullmatch(r"\| a product \| \d+\.\d\d s \|", header)
    assert re.fullmatch(r"\| `aten::mm` \| \d+% \|", first)
    assert re.fullmatch(r"\| all other operators \| \d+% \|", rest)
