"""What must be true of every sentence the bot can say (U1, U2, U15, U16)."""

import re
from typing import Final

from handlers.texts import Texts
from lessons import prose

NORMAL: Final = 300  # characters
HARD: Final = 500
_VALUE: Final = re.compile(r"\{\w+\}")
_NAMES: Final = re.compile(r"Zalo Bot(?: Manager)?|\b[Ee]xcel\b|\b(?:BC|VT|STT|ĐVT)\b")
"""Names of things as people meet them: of a maker's program, and what NĐ 30/2020 abbreviates."""
_LONG_ON_PURPOSE: Final = frozenset({"people.consent", "roles.offer", "menu.help_text"})
"""Texts that must say everything at once: what is stored and why (P2), every way out (U4)."""


def findings(texts: Texts) -> list[str]:
    """One line for each thing to mend: "<id>: <what>"."""
    return [f"{text_id}: {what}" for text_id in texts for what in _about(text_id, texts[text_id])]


def _about(text_id: str, text: str) -> list[str]:
    found = list(prose.complaints(_NAMES.sub("Zalo", _VALUE.sub("…", text))))
    most = HARD if text_id in _LONG_ON_PURPOSE else NORMAL
    if len(text) > most:
        found.append(f"{len(text)} characters, at most {most}")
    if not text:
        found.append("empty")
    return found
