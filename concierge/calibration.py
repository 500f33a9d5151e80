"""What an engine's scores are worth: fitted on questions whose right answer is known.

Two ways are tried, Platt's (a line through the logarithms of odds) and isotonic regression, each
judged by cross-validation against leaving the scores as they are; what is best is taken.
`concierge calibrate` writes it into `calibration.yaml` of the town's folder, where the hub finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concierge.hub.settings import read_points
from concierge.problem import Problem, SettingError
from concierge.staff_yaml import Mapping_, Reporter, Text, read_yaml

__all__ = ["CALIBRATION_FILE", "Calibrated", "Figures", "fitted", "read_calibration", "written"]

CALIBRATION_FILE = "calibration.yaml"
FOLDS = 5
STEPS = 100
EDGE = 1e-3
"""How near to 0 and 1 a score is taken for."""
GRID = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
"""Scores at which a fitted curve is written down."""
BINS = 10
FEWEST_IN_STEP = 10
"""Questions that a step of the isotonic curve rests on at least."""
WORTH = 0.002
"""What a fit must save of the scores' log loss to be taken."""
Floats = NDArray[np.float64]
Curve = tuple[tuple[float, float], ...]
"""(score, probability), both rising."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How far probabilities are from what came: mean log loss and square, and the mean gap of bins.

    `bins` are (from, questions, mean probability, share right).
    """

    log_loss: float
    brier: float
    gap: float
    bins: tuple[tuple[float, int, float, float], ...]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What was found: `method` is `platt`, `isotonic`, or `none` where the scores serve best.

    `before` and `after` are of questions that the fit had not seen.
    """

    method: str
    curve: Curve
    before: Figures
    after: Figures


def fitted(scores: Sequence[float], right: Sequence[bool]) -> Calibrated:
    """Fit scores of best answers to whether they were right.

    Neither may be all right or all wrong. The same questions in the same order give the same curve.
    """
    given, came = np.asarray(scores, float), np.asarray(right, float)
    before = figures(given, came)
    tried = {name: _unseen(given, came, fit) for name, fit in METHODS.items()}
    found = {name: figures(guessed, came) for name, guessed in tried.items()}
    best = min(found, key=lambda name: found[name].log_loss)
    if found[best].log_loss > before.log_loss - WORTH:
        return Calibrated("none", (), before, before)
    return Calibrated(best, METHODS[best](given, came), before, found[best])


def figures(guessed: Floats, came: Floats) -> Figures:
    """Measure probabilities against what came."""
    sure = np.clip(guessed, EDGE, 1 - EDGE)
    loss = -np.mean(came * np.log(sure) + (1 - came) * np.log(1 - sure))
    place = np.minimum(BINS - 1, (guessed * BINS).astype(int))
    bins = tuple(
        (
            float(number) / BINS,
            int(inside.sum()),
            round(float(guessed[inside].mean()), 4),
            round(float(came[inside].mean()), 4),
        )
        for number in range(BINS)
        if (inside := place == number).any()
    )
    gap = sum(count * abs(sure_of - share) for _, count, sure_of, share in bins) / len(came)
    return Figures(
        round(float(loss), 4), round(float(np.mean((guessed - came) ** 2)), 4), round(gap, 4), bins
    )


def _unseen(given: Floats, came: Floats, fit: Callable[[Floats, Floats], Curve]) -> Floats:
    """Return what curves say that were fitted without the question they are asked for."""
    fold = np.empty(len(given), int)
    order = np.lexsort((given, came))  # each fold gets right and wrong ones, high and low
    fold[order] = np.arange(len(given)) % FOLDS
    guessed = np.empty(len(given))
    for number in range(FOLDS):
        left = fold == number
        curve = np.array(fit(given[~left], came[~left]))
        guessed[left] = np.interp(given[left], curve[:, 0], curve[:, 1])
    return guessed


def platt(given: Floats, came: Floats) -> Curve:
    """Fit a line through the logarithms of odds; it never falls."""
    odds = _odds(given)
    line = np.array([1.0, 0.0])
    columns = np.c_[odds, np.ones(len(odds))]
    for _ in range(STEPS):
        sure = 1 / (1 + np.exp(-columns @ line))
        slope = columns.T @ (sure - came) + 1e-3 * (line - [1.0, 0.0])
        bend = (columns * (sure * (1 - sure))[:, None]).T @ columns + 1e-3 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        line = line - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    steep, start = max(0.0, float(line[0])), float(line[1])
    chances = 1 / (1 + np.exp(-(steep * _odds(np.array(GRID)) + start)))
    return tuple(zip(GRID, (round(float(chance), 4) for chance in chances), strict=True))


def isotonic(given: Floats, came: Floats) -> Curve:
    """Fit the rising steps that are nearest (pool adjacent violators), a point for each.

    Each step counts one right and one wrong question more than it has, so that none is certain.
    """
    order = np.argsort(given, kind="stable")
    steps: list[list[float]] = []
    for score, hit in zip(given[order].tolist(), came[order].tolist(), strict=True):
        if steps and (steps[-1][2] < FEWEST_IN_STEP or steps[-1][3] == score):
            last = steps[-1]
            steps[-1] = [last[0] + score, last[1] + hit, last[2] + 1, score]
        else:
            steps.append([score, hit, 1, score])
        while len(steps) > 1 and _share(steps[-2]) >= _share(steps[-1]):
            top = steps.pop()
            below = steps[-1]
            steps[-1] = [below[0] + top[0], below[1] + top[1], below[2] + top[2], top[3]]
    points = {round(step[0] / step[2], 4): round(_share(step), 4) for step in steps}
    return tuple(sorted(points.items()))


METHODS: Mapping[str, Callable[[Floats, Floats], Curve]] = {"platt": platt, "isotonic": isotonic}


def _share(step: Sequence[float]) -> float:
    return (step[1] + 1) / (step[2] + 2)


def _odds(given: Floats) -> Floats:
    sure = np.clip(given, EDGE, 1 - EDGE)
    return np.asarray(np.log(sure / (1 - sure)), float)


def written(curves: Mapping[str, Curve], about: str) -> str:
    """Return the text of `calibration.yaml`."""
    lines = [
        f"# {about}",
        "# 「得点:正しい見込み」の並びです。消すと、もとの得点をそのまま使います。",
    ]
    for name, curve in curves.items():
        points = " ".join(f"{score:g}:{chance:g}" for score, chance in curve)
        lines.append(f'{name}: "{points}"')
    return "\n".join(lines) + "\n"


def read_calibration(path: Path) -> tuple[dict[str, str] | None, Iterable[Problem]]:
    """Read `calibration.yaml`: points by engine, as written; nothing where there is no file."""
    if not path.is_file():
        return {}, ()
    document = read_yaml(path, CALIBRATION_FILE)
    reporter = Reporter(CALIBRATION_FILE)
    reporter.extend(document.problems)
    found: dict[str, str] = {}
    if document.root is not None and not isinstance(document.root, Mapping_):
        reporter.at(
            document.root,
            "not-a-mapping",
            "「エンジンの名前: 得点と見込みの並び」の形で書いてください。"
            "concierge calibrate で作り直せます。",
        )
        return None, reporter.problems
    for key, value in document.root.items if document.root is not None else ():
        try:
            if not isinstance(value, Text):
                raise SettingError("「得点:確率」を空白で並べて、一行で書いてください。")
            read_points(value.value)
        except SettingError as error:
            message = f"{error} concierge calibrate で作り直せます。"
            reporter.at(value, "bad-calibration", message)
        else:
            found[key.value] = value.value
    return found, reporter.problems
