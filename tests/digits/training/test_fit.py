import inspect
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from digits.network.batch_norm import take_statistics
from digits.network.cnn import CNN
from digits.training.batches import undistorted
from digits.training.loop import NotFiniteError, Row, check_finite, epoch_generator, fit, outcome, train_step
from digits.training.loop import test_step as measure
from digits.training.optimizer import SGD
from digits.training.schedule import learning_rate_at
from tests.digits.conftest import Tensors, assert_same_weights

Build, Fitting = Callable[..., CNN], Callable[..., Iterator[Row]]
Arguments = Callable[..., dict[str, Any]]


def test_fit_yields_a_row_an_epoch_after_the_untrained_model(cnn: Build, few: Tensors, fitting: Fitting) -> None:
    untrained = measure(cnn(), *few)
    rows = list(fitting(cnn(), few, few, epochs=3, learning_rate=0.1, schedule="one_cycle", batch_size=30))
    assert [row.epoch for row in rows] == [0, 1, 2, 3]
    assert rows[0] == Row(0, *untrained, *untrained, 0.0)
    last_steps = [learning_rate_at(4 * n - 1, steps=12, peak=0.1, schedule="one_cycle") for n in (1, 2, 3)]
    assert [row.learning_rate for row in rows[1:]] == pytest.approx(last_steps, abs=1e-8)


def test_fit_without_epochs_measures_and_leaves_the_model(cnn: Build, few: Tensors, fitting: Fitting) -> None:
    model = cnn()
    assert len(list(fitting(model, few, few, epochs=0))) == 1
    assert_same_weights(model, cnn())


def test_rows_measure_the_model_as_it_is_then(cnn: Build, test: Tensors, few: Tensors, fitting: Fitting) -> None:
    model = cnn()
    for row in fitting(model, few, test, epochs=2):
        assert (row.test_loss, row.test_accuracy) == measure(model, *test)


def test_the_seed_decides_and_the_test_data_does_not(cnn: Build, test: Tensors, few: Tensors, fitting: Fitting) -> None:
    def trained(measured: Tensors, seed: int) -> tuple[list[Row], CNN]:
        model = cnn()
        return list(fitting(model, few, measured, epochs=2, seed=seed)), model

    rows, model = trained(few, 0)
    same_rows, same = trained(few, 0)
    other_rows, other = trained(few, 1)
    _, elsewhere = trained(test, 0)
    assert rows == same_rows
    assert rows[1:] != other_rows[1:]
    assert_same_weights(model, same)
    assert_same_weights(model, elsewhere)
    assert not torch.equal(model.classifier.weight, other.classifier.weight)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_fit_is_a_train_step_an_epoch(cnn: Build, few: Tensors, fit_arguments: Arguments, momentum: float) -> None:
    model, twin = cnn(), cnn()
    arguments = fit_arguments(epochs=2, batch_size=30, learning_rate=0.05, seed=5, precise_batch_norm=False)
    list(fit(model, SGD(model.parameters(), momentum=momentum, weight_decay=0.01), few, few, **arguments))
    same = {name: arguments[name] for name in inspect.signature(train_step).parameters if name in arguments}
    optimizer = SGD(twin.parameters(), momentum=momentum, weight_decay=0.01)
    for epoch in (1, 2):
        steps = range(4 * epoch - 4, 4 * epoch)
        rates = [learning_rate_at(step, steps=8, peak=0.05, schedule=arguments["schedule"]) for step in steps]
        train_step(twin, optimizer, *few, learning_rates=rates, generator=epoch_generator(5, epoch), **same)
    assert_same_weights(model, twin)


def test_precise_batch_norm_changes_the_statistics_alone(
    cnn: Build, test: Tensors, few: Tensors, fitting: Fitting
) -> None:
    model, twin = cnn(deskew=True), cnn(deskew=True)
    precise = list(fitting(model, few, test, epochs=2, precise_batch_norm=True))
    running = list(fitting(twin, few, test, epochs=2, precise_batch_norm=False))
    assert [row[:3] for row in precise[1:]] == [row[:3] for row in running[1:]], "training is the same"
    assert precise[2].test_loss != running[2].test_loss
    take_statistics(twin, undistorted(twin, few[0]))
    assert_same_weights(model, twin)
    assert (precise[2].test_loss, precise[2].test_accuracy) == measure(twin, *test)


def test_fit_goes_on_where_another_stopped(cnn: Build, few: Tensors, fit_arguments: Arguments) -> None:
    model, twin = cnn(), cnn()
    optimizer, twins = (SGD(m.parameters(), momentum=0.9, weight_decay=0.01) for m in (model, twin))
    rows = list(fit(model, optimizer, few, few, **fit_arguments(epochs=3)))
    stopped = fit(twin, twins, few, few, **fit_arguments(epochs=3))
    first = [next(stopped), next(stopped)]
    rest = list(fit(twin, twins, few, few, **fit_arguments(epochs=3, done=2)))
    assert first + rest == rows
    assert_same_weights(model, twin)
    assert list(fit(twin, twins, few, few, **fit_arguments(epochs=3, done=4))) == []


def test_every_epoch_of_every_seed_has_its_own_random_numbers() -> None:
    orders = {
        tuple(torch.randperm(20, generator=epoch_generator(seed, epoch)).tolist())
        for seed in (0, 1, 2**32 - 1)
        for epoch in (1, 2)
        for _ in range(2)
    }
    assert len(orders) == 6


@pytest.mark.parametrize("learning_rate", [1e20, 1e30])
def test_an_exploding_learning_rate_is_refused(
    cnn: Build, few: Tensors, fitting: Fitting, learning_rate: float
) -> None:
    epochs = fitting(cnn(), few, few, epochs=1, learning_rate=learning_rate, clip_norm=0.0)
    assert math.isfinite(next(epochs).test_loss)
    with pytest.raises(ValueError, match=r"^epoch 1, batch \d+ of 5, learning rate .*: .*train\.learning_rate"):
        next(epochs)


def test_a_loss_that_is_not_finite_names_the_first_such_batch() -> None:
    logits = torch.zeros(10, 10)
    labels = torch.arange(10)
    check_finite(outcome(logits, labels)[:, 2], 4, [0.1, 0.2, 0.3])
    logits[5, 3] = math.nan
    logits[9, 0] = -math.inf
    assert outcome(logits, labels)[:, 2].tolist() == [1] * 5 + [0] + [1] * 3 + [0]
    with pytest.raises(NotFiniteError, match=r"^batch 2 of 3, learning rate 0\.2$"):
        check_finite(outcome(logits, labels)[:, 2], 4, [0.1, 0.2, 0.3])


def test_weights_broken_by_the_last_batch_are_noticed(cnn: Build, few: Tensors, fitting: Fitting) -> None:
    epochs = fitting(cnn(), few, few, epochs=1, batch_size=100, learning_rate=1e30, schedule="constant", clip_norm=0.0)
    next(epochs)
    with pytest.raises(ValueError, match=r"^epoch 1, after the last of 1 batches, learning rate 1e\+30"):
        next(epochs)


def test_it_learns_digits_it_has_not_seen(cnn: Build, train: Tensors, test: Tensors, fitting: Fitting) -> None:
    *_, last = fitting(cnn(deskew=True), train, test, epochs=6)
    assert last.test_accuracy >= 0.95
