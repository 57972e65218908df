"""The two languages of the house and a text that exists in both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language that patients may write in (BCP 47 primary tag)."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The same sentence or label in English and Chinese.

    >>> Text(en="cough", zh="咳嗽").render(Language.ZH)
    '咳嗽'
    """

    en: str
    zh: str

    def render(self, language: Language) -> str:
        """Return the wording in one language."""
        return self.zh if language is Language.ZH else self.en
