"""Bars: how likely, and what speaks for and against. The words beside them say the same, so the pictures are decoration."""

from __future__ import annotations

from chat.pictures.svg import element

_WIDE, _HIGH = 100.0, 6.0
_STRONGEST = 5.0  # a log ratio of this size fills half of a balance bar; larger ones are cut


def likelihood_bar(probability: float) -> str:
    """Draw a probability as a bar; never empty, so that a small one is still seen."""
    width = max(2.0, min(1.0, probability) * _WIDE)
    content = element("rect", class_="bar-back", x=0.0, y=0.0, width=_WIDE, height=_HIGH)
    content += element("rect", class_="bar-fill", x=0.0, y=0.0, width=width, height=_HIGH)
    return _decoration(content)


def balance_bar(log_ratio: float) -> str:
    """Draw a log likelihood ratio to the right (for) or to the left (against) of the middle."""
    length = min(abs(log_ratio) / _STRONGEST, 1.0) * _WIDE / 2
    start = _WIDE / 2 if log_ratio >= 0 else _WIDE / 2 - length
    side = "for" if log_ratio >= 0 else "against"
    content = element("rect", class_="bar-back", x=0.0, y=0.0, width=_WIDE, height=_HIGH)
    content += element("rect", class_=f"bar-{side}", x=start, y=0.0, width=max(length, 0.5), height=_HIGH)
    content += element("rect", class_="bar-middle", x=_WIDE / 2 - 0.4, y=0.0, width=0.8, height=_HIGH)
    return _decoration(content)


def _decoration(content: str) -> str:
    return element(
        "svg", content, class_="bar", viewBox=f"0 0 {_WIDE:g} {_HIGH:g}", preserveAspectRatio="none", aria_hidden="true", focusable="false"
    )
