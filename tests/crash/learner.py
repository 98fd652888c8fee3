"""What a learner must be told: a small model of its own, made from the content and the texts.

It reads the same TOML files as the program and none of its code. `Learner` follows one person: for
each act, in the order in which the program accepted them, it takes from the person's screen exactly
the messages that this act must bring, no more and no fewer. The order of questions and options is
the program's own choice and is read off the screen.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
COMMUNE: Final = "xã Giao Minh"
_CHOICE: Final = re.compile(r"(\d)\. (.+)")


class Missing(AssertionError):
    """The screen ends before everything was said: perhaps it is still on its way."""


@cache
def sentences() -> dict[str, str]:
    return {
        f"{file.stem}.{key}": text.strip()
        for file in (ROOT / "handlers" / "texts").glob("*.toml")
        for key, text in tomllib.loads(file.read_text("utf-8")).items()
    }


@cache
def lessons() -> dict[str, dict[str, Any]]:
    """By title."""
    read = [
        tomllib.loads(file.read_text("utf-8"))
        for file in (ROOT / "lessons" / "content").glob("*.toml")
    ]
    return {lesson["title"]: lesson for lesson in read}


@cache
def first_lesson() -> dict[str, Any]:
    plan = tomllib.loads((ROOT / "lessons" / "modules.toml").read_text("utf-8"))
    return next(each for each in lessons().values() if each["id"] == plan["first_lesson"])


def say(text_id: str, **values: object) -> str:
    text = sentences()[text_id]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def before_place(text: str) -> str:
    """The whole sentences before the first place, which the commune fills or leaves out."""
    start, place, _ = text.strip().partition("{")
    return start[: max(start.rfind(". "), start.rfind("\n"), 0)] if place else start


def choices_of(message: str) -> list[str]:
    """The numbered lines at the end of a message, without their numbers."""
    found: list[str] = []
    for line in reversed(message.splitlines()):
        fits = _CHOICE.fullmatch(line)
        if fits is None:
            break
        found.insert(0, fits[2])
        if fits[1] == "1":
            break
    return found


@dataclass
class Learner:
    """Acts: "x5" (a hamlet), "1".."9" (typed or pressed), voice, /trogiup, poison, /tiendo."""

    told: Sequence[str]
    at: int = 0
    place: str = "nowhere"
    hamlet: str = ""
    agreed: bool = False
    question: str = ""
    """The open question as it was last shown."""
    misses: int = 0
    page: int = 0
    lesson: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    right: dict[str, bool] = field(default_factory=dict)
    score: str = ""
    """The result that was shown last, as "right/count"."""

    def does(self, act: str) -> None:
        if act.startswith("x"):
            self._joins(f" Xóm {act[1:]}")
        elif act == "voice":
            self._aside("menu.voice")
        elif act == "/trogiup":
            self._aside("menu.help_text", "menu.help_commands")
        elif act == "poison":
            self._hears(say("menu.quarantined"))
        elif act == "/tiendo":
            self._asks_for_progress()
        else:
            getattr(self, f"_in_{self.place}")(int(act))

    # --- what is on the screen -------------------------------------------------------------------

    def _next(self) -> str:
        if self.at >= len(self.told):
            raise Missing(f"nothing behind message {self.at} in {self.place}")
        self.at += 1
        return self.told[self.at - 1]

    def _hears(self, start: str) -> str:
        message = self._next()
        assert message.startswith(start), f"{message[:70]!r} instead of {start[:70]!r}"
        return message

    def _is_asked(self, start: str, *, place: str) -> None:
        self.question = self._hears(start)
        self.place = place
        self.misses = 0

    def _aside(self, *ids: str) -> None:
        for text_id in ids:
            self._hears(before_place(sentences()[text_id]))
        self._hears(self.question)

    def _misses(self) -> None:
        """An example, then the numbers, then a person (U5); the question stays."""
        count = len(choices_of(self.question))
        text_id = ("menu.first_miss", "menu.second_miss", "menu.third_miss")[self.misses]
        self.misses = (self.misses + 1) % 3
        self._hears(say(text_id, last=count))
        self._hears(self.question)

    # --- arriving --------------------------------------------------------------------------------

    def _joins(self, hamlet: str) -> None:
        if self.place == "hamlet":
            self._settles(hamlet)
            return
        assert self.place in ("nowhere", "consent"), f"a hamlet is told in {self.place}"
        self.hamlet = hamlet
        self._hears(say("people.welcome", hamlet=hamlet, commune=COMMUNE))
        self._is_asked(say("people.consent", commune=COMMUNE), place="consent")

    def _in_nowhere(self, _digit: int) -> None:
        self._joins("")

    def _in_consent(self, digit: int) -> None:
        assert digit in (1, 2)
        if digit == 2:
            self._hears(say("people.declined"))
            self._sees_page(first_lesson(), 1)
            return
        self.agreed = True
        if self.hamlet:
            self._settles(self.hamlet)
        else:
            self._is_asked(say("people.hamlet"), place="hamlet")

    def _in_hamlet(self, digit: int) -> None:
        self._settles(f" Xóm {digit}")

    def _settles(self, hamlet: str) -> None:
        self._hears(say("people.thanks", hamlet=hamlet))
        self._sees_page(first_lesson(), 1)

    # --- reading ---------------------------------------------------------------------------------

    def _sees_page(self, lesson: dict[str, Any] | None, page: int) -> None:
        """`lesson` None: whichever comes next, as its heading says."""
        pages = len(lesson["pages"]) if lesson else 0
        if lesson and page > pages:
            self._is_asked(say("learning.try_heading"), place="try")
            return
        self._is_asked("Bài ", place="page")
        title, _, text = self.question.partition("\n")
        self.lesson = lessons()[title.partition(". ")[2]]
        assert lesson in (None, self.lesson)
        self.page = page
        shown = say("learning.page", page=page, pages=len(self.lesson["pages"]), text="")
        assert text.startswith(shown + before_place(self.lesson["pages"][page - 1]))

    def _in_page(self, _digit: int) -> None:
        """There is only one way on: every number means it."""
        self._sees_page(self.lesson, self.page + 1)

    def _in_try(self, digit: int) -> None:
        if digit > 2:
            self._misses()
            return
        said = ("learning.well_done", "learning.no_hurry")[digit - 1]
        self._hears(say(said, count=len(self.lesson["questions"])))
        self.right = {}
        self._is_asked_next()

    # --- answering -------------------------------------------------------------------------------

    def _is_asked_next(self) -> None:
        count = len(self.lesson["questions"])
        start = say("learning.question", number=len(self.right) + 1, count=count, text="")
        self._is_asked(start, place="question")
        text = self.question.removeprefix(start)
        found = [q for q in self.lesson["questions"] if text.startswith(before_place(q["text"]))]
        assert len(found) == 1, text
        self.asked = found[0]
        assert self.asked["id"] not in self.right, "a question came twice"
        assert sorted(choices_of(self.question)) == sorted(o["text"] for o in self.asked["options"])

    def _in_question(self, digit: int) -> None:
        shown = choices_of(self.question)
        if digit > len(shown):
            self._misses()
            return
        chosen = next(o for o in self.asked["options"] if o["text"] == shown[digit - 1])
        is_right = bool(chosen.get("right"))
        judged = say("learning.right" if is_right else "learning.not_right", reason="")
        self._hears(judged.partition("\n")[0] + before_place(chosen["reason"]))
        self.right[self.asked["id"]] = is_right
        if len(self.right) < len(self.lesson["questions"]):
            self._is_asked_next()
        else:
            self._sees_result()

    def _sees_result(self) -> None:
        right, count = sum(self.right.values()), len(self.right)
        kind = "all_right" if right == count else "most" if right * 2 > count else "some"
        self._is_asked(say(f"learning.{kind}", right=right, count=count), place="after")
        self.score = f"{right}/{count}"

    def _in_after(self, digit: int) -> None:
        shown = choices_of(self.question)
        if digit > len(shown):
            self._misses()
        elif shown[digit - 1] == say("learning.next_lesson"):
            self._sees_page(None, 1)
        elif shown[digit - 1] == say("learning.again"):
            self._sees_page(self.lesson, 1)
        else:
            assert shown[digit - 1] == say("learning.review"), f"{shown[digit - 1]} is not modelled"
            self._reviews()

    def _reviews(self) -> None:
        for question in self.lesson["questions"]:
            if not self.right[question["id"]]:
                self._hears(before_place(question["text"]))
        self._is_asked(say("learning.reviewed"), place="after")

    def _asks_for_progress(self) -> None:
        """The score as the program reports it is the model's own."""
        if not self.agreed:
            self._hears(say("progress.not_kept"))
            return
        said = self._next()
        assert said.startswith(
            (say("progress.learned", modules=""), say("progress.nothing_yet")[:20])
        )
        line = re.search(r"đúng (\d+/\d+) câu", said)
        assert (line[1] if line else "") == self.score, f"{said!r}, but it was {self.score!r}"


def followed(acts: Sequence[str], told: Sequence[str]) -> Learner:
    """The learner behind these acts. Raises `Missing` (not yet), `AssertionError` (wrong)."""
    learner = Learner(told)
    for number, act in enumerate(acts):
        try:
            learner.does(act)
        except Missing:
            raise
        except AssertionError as error:
            raise AssertionError(f"act {number} of {list(acts)}: {error}") from error
    return learner


def answered(acts: Sequence[str], told: Sequence[str]) -> int:
    """How many of these acts have got all their answers by now."""
    learner = Learner(told)
    for number, act in enumerate(acts):
        try:
            learner.does(act)
        except Missing:
            return number
    return len(acts)


def check(acts: Sequence[str], told: Sequence[str]) -> Learner:
    """Everything was told and nothing besides."""
    learner = followed(acts, told)
    rest = [message[:70] for message in told[learner.at :]]
    assert not rest, f"told too much after {list(acts)}: {rest}"
    return learner
