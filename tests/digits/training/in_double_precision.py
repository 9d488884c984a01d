"""Two epochs of training in float64, alone or under torchrun; the first process prints what comes out as JSON."""

import json

import torch
from torch import Tensor

from digits.network import preprocessing


def unit(pixels: Tensor) -> Tensor:
    return pixels.unsqueeze(1).double().div_(255)


torch.set_default_dtype(torch.float64)
preprocessing.unit = unit  # before the modules that use it are imported

from digits.network.cnn import CNN  # noqa: E402
from digits.network.distributed import is_first, processes  # noqa: E402
from digits.params.model import ModelParams  # noqa: E402
from digits.training.augment import Distortion  # noqa: E402
from digits.training.loop import fit  # noqa: E402
from digits.training.optimizer import SGD  # noqa: E402
from tests.drawing import CLASSES, draw  # noqa: E402

SAMPLES = 40  # in batches of 9: the last holds 4 images


def main() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = CNN(ModelParams(channels=[4, 8], padding=0, batch_norm=True, deskew=True), classes=CLASSES)
    optimizer = SGD(model.parameters(), momentum=0.9, weight_decay=0.001)
    train, test = (tuple(map(torch.from_numpy, draw(SAMPLES, seed=seed))) for seed in (1, 2))
    options = {"epochs": 2, "batch_size": 9, "learning_rate": 0.05, "schedule": "one_cycle", "label_smoothing": 0.1}
    options["precise_batch_norm"] = True
    distortion = Distortion(rotate=5, shift=1, elastic=0.3)
    with processes(torch.device("cpu")):
        rows = list(fit(model, optimizer, train, test, **options, clip_norm=0.5, augment=distortion, seed=3))
    if is_first():
        print(
            json.dumps({"rows": rows, "state": [tensor.flatten().tolist() for tensor in model.state_dict().values()]})
        )


if __name__ == "__main__":
    main()
