from copy import deepcopy

import pytest
import torch

from digits.network.cnn import CNN
from digits.network.prediction import logits_of
from digits.training import calibration
from digits.training.augment import Augmentation
from digits.training.batches import TrainingBatches
from digits.training.calibration import calibrate, fit_temperature
from tests.digits.conftest import FEW


@pytest.mark.parametrize("temperature", [0.5, 1, 3])
def test_the_temperature_that_labels_were_drawn_at_has_the_lowest_cross_entropy(temperature: float) -> None:
    torch.manual_seed(0)
    logits = torch.randn(4_000, 10) * 2
    labels = torch.multinomial((logits / temperature).softmax(1), 1).squeeze(1)
    best = fit_temperature(logits, labels)
    assert best == pytest.approx(temperature, rel=0.05)
    divisors = [best * factor for factor in (0.5, 0.99, 1, 1.01, 2)]
    losses = [torch.nn.functional.cross_entropy(logits.double() / by, labels).item() for by in divisors]
    assert min(losses) == losses[2]


def test_all_right_stays_within_bounds() -> None:
    assert fit_temperature(torch.linspace(0.1, 0, 10).view(1, 10), torch.tensor([0])) == pytest.approx(0.01, rel=1e-6)


def test_calibrate_sets_the_temperature_for_augmented_images_alone(
    reader: CNN, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "SHOWN", 250)
    model, augmentation = deepcopy(reader), Augmentation(rotate=90, shift=5)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    train = TrainingBatches(model, *FEW, batch_size=25, augmentation=augmentation, repeats=1, seed=1)
    shown = [*train.epoch(4), *train.epoch(5), *train.epoch(6)][:10]
    with torch.no_grad():
        logits = torch.cat([model.eval()(x) for x, _ in shown])
    expected = torch.tensor(fit_temperature(logits, torch.cat([y for _, y in shown])))
    calibrate(model, train, 3)
    assert expected != pytest.approx(fit_temperature(logits_of(model, FEW[0]), FEW[1]), rel=0.01)
    torch.testing.assert_close(model.state_dict(), before | {"temperature": expected}, atol=1e-6, rtol=0)
