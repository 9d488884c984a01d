"""The one test of the values that params.yaml holds. All others have values of their own, see tests/parameters.py."""

import yaml

from tests.clones import succeed
from tests.imports import ROOT


def test_the_committed_values_are_the_reference_experiment_s() -> None:
    committed = yaml.safe_load(succeed(ROOT, "git", "show", "HEAD:params.yaml"))
    assert committed["download"]["dataset"] == "MNIST"
    assert (committed["subset"]["samples"], committed["subset"]["test_samples"]) == (1000, 10_000)
    assert (committed["train"]["epochs"], committed["train"]["snapshots"]) == (20, [0, 10, 20])
