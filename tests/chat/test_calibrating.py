"""The fit of told probabilities finds what was put in, and is judged on cases that it has not seen."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from chat.calibrating import Forecast, calibrate, reliability
from chat.cli import main
from chat.pictures.reliability import reliability_plot
from rules.calibration import ConfidenceConstants

NEUTRAL = ConfidenceConstants(never=0.01, tail=1.0, sharpness=1.0)


def timid(count: int) -> list[Forecast]:
    """Make cases whose leader says .4 and is right three times in four."""
    chance = random.Random(3)
    made = []
    for _ in range(count):
        right = chance.random() < 0.75
        made.append(Forecast(shares=(0.4, 0.1, 0.1), right=(right, not right and chance.random() < 0.4, False)))
    return made


def test_a_timid_differential_is_told_more_boldly() -> None:
    """Where what is listed is right more often than its shares say, the fit says so, and does better on unseen cases."""
    found = calibrate([timid(300), timid(200)], NEUTRAL)
    assert found.calibrated.log_loss < found.shares.log_loss
    assert found.calibrated.brier < found.shares.brier
    top = found.groups[-1]
    assert abs(top.told - top.right) < 0.08


def test_shares_that_tell_sure_from_unsure_beat_the_base_rate() -> None:
    """The same place may be sure or not: whoever tells how often it is right on average loses to whoever tells which."""
    sure = [Forecast(shares=(0.9, 0.02), right=(n % 10 != 0, False)) for n in range(200)]
    open_ = [Forecast(shares=(0.3, 0.3), right=(n % 3 == 0, n % 3 == 1)) for n in range(200)]
    mixed = [case for pair in zip(sure, open_, strict=True) for case in pair]
    found = calibrate([mixed], NEUTRAL)
    assert found.calibrated.log_loss < found.by_place.log_loss
    assert found.calibrated.brier < found.by_place.brier


def test_what_holds_already_is_left_alone() -> None:
    """Shares that come true as told gain next to nothing."""
    chance = random.Random(5)
    sure = [Forecast(shares=(0.7, 0.2), right=((c := chance.random()) < 0.7, 0.7 <= c < 0.9)) for _ in range(600)]
    found = calibrate([sure], NEUTRAL)
    assert found.calibrated.log_loss == pytest.approx(found.shares.log_loss, abs=0.02)


def test_groups_count_every_probability_once() -> None:
    """Each told probability falls into one group; the plot says the figures in words too."""
    cases = timid(40)
    groups = reliability([(case, case.shares) for case in cases])
    assert sum(group.count for group in groups) == 120
    found = calibrate([cases], NEUTRAL)
    picture = reliability_plot(groups, found.groups, found.shares, found.calibrated)
    assert picture.startswith("<svg") and "<desc" in picture and f"of {found.groups[0].count}" in picture


def test_the_command_fits_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From a file of cases to constants, losses and a picture; a file without diagnoses is refused."""
    texts = ["runny nose and sneezing since yesterday", "burning when I pee, I go all the time", "crushing chest pain, sweating, 60 male"]
    rows = [{"id": n, "text": texts[n % 3], "dx": ["Common Cold", "Cystitis", "Myocardial Infarction"][n % 3]} for n in range(6)]
    source, picture = tmp_path / "cases.jsonl", tmp_path / "plot.svg"
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert main(["knowledge", "calibrate", str(source), "--json", "--svg", str(picture)]) == 0
    assert set(json.loads(capsys.readouterr().out)["constants"]) == {"never", "tail", "sharpness"}
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    source.write_text('{"id": 1, "text": "cough"}', encoding="utf-8")
    assert main(["knowledge", "calibrate", str(source)]) == 1
