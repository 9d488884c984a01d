"""Check all of params.yaml before any stage runs: DVC clears a stage's outputs before the stage can refuse a value."""

from digits.params.compute import Compute
from digits.params.download import DownloadParams
from digits.params.model import ModelParams
from digits.params.plot import PlotParams
from digits.params.subset import SubsetParams
from digits.params.train import TrainParams
from digits.pipeline.errors import one_line_errors
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import PATH, load_params
from digits.pipeline.section import Section

SECTIONS: dict[str, type[Section]] = {
    "download": DownloadParams,
    "subset": SubsetParams,
    "model": ModelParams,
    "train": TrainParams,
    "plot": PlotParams,
}


def main() -> None:
    for section, model in SECTIONS.items():
        load_params(section, model)
    compute = load_params("train", Compute)
    if compute.device in ("cuda", "mps"):
        from digits.network.device import prepare_device  # torch takes seconds to import: only where a device is named

        prepare_device(compute.device, threads=compute.threads)
    print(f"{PATH} is valid")


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main()
