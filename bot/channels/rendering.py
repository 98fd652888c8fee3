"""Outgoing x Capabilities -> parts: numbers, buttons, and text cut at sentence ends (U3, U17)."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.channels.base import Button, Capabilities, Part, Picture
from handlers.messages import Choice, Outgoing, notice_letter

FindPicture = Callable[[str], Picture | None]

_DIGITS: Final = "123456789"
# The best place to cut is as late as possible, at the strongest border: paragraph, line,
# sentence, word.
_BORDERS: Final = tuple(re.compile(p) for p in (r"\n\n+", r"\n", r"(?<=[.!?…])\s", r"\s"))


def render(
    message: Outgoing,
    able: Capabilities,
    *,
    token: str,
    picture: FindPicture,
    drawn: Picture | None = None,
) -> tuple[Part, ...]:
    """Split one message into what the channel can show; the last part carries the buttons.

    `token` is bound to this question in the database; a button's token is `token` and the digit of
    its choice. `drawn` is the picture of a message that has one of its own.
    """
    buttons = _buttons(message.choices, able, token)
    numbered = able.numbers_in_text or (bool(message.choices) and not buttons)
    letter = notice_letter(token) if message.notice is not None and not buttons else ""
    if message.notice is not None and buttons:
        # A digit answers the open question, never a message that came between: show none.
        numbered = False
        buttons = tuple(
            Button(choice.text[: able.max_label], button.token)
            for choice, button in zip(message.choices, buttons, strict=True)
        )
    body = _with_numbers(message.text, message.choices, letter) if numbered else message.text
    shown = _picture(message, able, picture, drawn)
    if shown is None and message.picture_alt:
        body = f"[Hình: {message.picture_alt}]\n{body}"
    room = able.max_text - len(message.heading) - 1
    texts = split(body, room)
    parts = [Part(text) for text in texts]
    if shown is not None and len(body) + len(message.heading) + 1 > able.max_caption:
        parts.insert(0, Part("", picture=shown))
        shown = None
    first = next((n for n, part in enumerate(parts) if part.text), 0)
    parts[first] = Part(parts[first].text, heading=message.heading, picture=shown)
    last = parts[-1]
    parts[-1] = Part(last.text, last.heading, buttons, last.picture)
    return tuple(parts)


def _picture(
    message: Outgoing, able: Capabilities, find: FindPicture, drawn: Picture | None
) -> Picture | None:
    """The picture with its words: whoever does not see it is told the same (WCAG 1.1.1)."""
    if not able.pictures:
        return None
    found = find(message.picture) if message.picture else drawn
    return replace(found, alt=message.picture_alt) if found else None


def _buttons(choices: tuple[Choice, ...], able: Capabilities, token: str) -> tuple[Button, ...]:
    if not choices or len(choices) > able.max_buttons:
        return ()
    numbered = [(digit, choice.text) for digit, choice in zip(_DIGITS, choices, strict=False)]
    if not able.numbers_in_text:
        return tuple(Button(f"{d}. {label}", token + d) for d, label in numbered)
    fits = all(len(label) <= able.max_label for _, label in numbered)
    return tuple(Button(label if fits else d, token + d) for d, label in numbered)


def _with_numbers(text: str, choices: tuple[Choice, ...], letter: str) -> str:
    lines = [f"{letter}{d}. {choice.text}" for d, choice in zip(_DIGITS, choices, strict=False)]
    # A page may itself number its lines: a blank line tells its numbers from the answers'.
    between = "\n\n" if "\n" in text else "\n"
    return between.join([text, "\n".join(lines)]) if lines else text


def split(text: str, limit: int) -> list[str]:
    """Cut `text` into pieces of at most `limit` characters, at the strongest late border."""
    pieces: list[str] = []
    rest = text
    while len(rest) > limit:
        cut = _cut(rest, limit)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    pieces.append(rest)
    return pieces


def _cut(text: str, limit: int) -> int:
    for border in _BORDERS:
        places = [m.start() for m in border.finditer(text, 0, limit + 1) if m.start() > limit // 2]
        if places:
            return places[-1]
    return limit
