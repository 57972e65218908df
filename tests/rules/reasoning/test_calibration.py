"""The constants are data: complete, or refused with the reason."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from ontologies.evidence import Band
from rules.calibration import Calibration, CalibrationError, load_calibration, read_calibration
from rules.confidence import confidence


def test_every_band_has_a_probability(calibration: Calibration) -> None:
    """No band of the evidence is without its number, and more frequent means more probable."""
    values = [calibration.differential.bands[b] for b in Band]
    assert values == sorted(values, reverse=True)


def test_words_fall_with_the_probability(calibration: Calibration) -> None:
    """The words for likelihood stand from the highest limit to zero."""
    assert [w for w, _ in calibration.words] == ["very_likely", "likely", "possible", "less_likely"]
    assert calibration.words[-1][1] == 0


def test_another_folder_is_read(tmp_path: Path, calibration: Calibration) -> None:
    """An older knowledge's constants can be read from its own folder."""
    original = files("rules").joinpath("calibration.yaml").read_text(encoding="utf-8")
    (tmp_path / "calibration.yaml").write_text(original.replace("risk_cap: 20.0", "risk_cap: 7.0"), encoding="utf-8")
    assert load_calibration(tmp_path).differential.risk_cap == 7.0
    assert calibration.differential.risk_cap == 20.0


def test_knowledge_from_before_the_calibration_tells_its_shares(calibration: Calibration) -> None:
    """An old encounter can be replayed: without constants nothing is sharpened and nothing withheld."""
    text = files("rules").joinpath("calibration.yaml").read_text(encoding="utf-8")
    older = "\n".join(line for line in text.splitlines() if not line.startswith("confidence:"))
    assert confidence([0.5, 0.3], read_calibration(older).confidence).listed == (0.5, 0.3)
    assert confidence([0.5, 0.3], calibration.confidence).listed != (0.5, 0.3)


@pytest.mark.parametrize("broken", ["", "differential: 3", "- a list", "differential: {bands: {Sometimes: 0.5}}", "a: [", "words: {}"])
def test_what_cannot_be_used_is_refused(broken: str) -> None:
    """A file that lacks a constant is refused as a whole, with the place to look at."""
    with pytest.raises(CalibrationError, match=r"calibration\.yaml"):
        read_calibration(broken)
