"""People with a script, who know what the assistant must say next: the oracle of the kill test.

Each counts what it did (answers, attempts, questions to an officer), in its own head. The program
is asked at the end what it has of that, in words, and both must agree.
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from lessons import catalogue
from lessons.catalogue import Lesson, Question
from tests.crash.launcher import NOTICE
from tests.crash.people import Acknowledged, Heard, Line

LESSONS: Final = catalogue.load()
HAMLET: Final = "xom-05"


class Lost(AssertionError):
    """Something acknowledged has no effect, or no answer."""


class Doubled(AssertionError):
    """Something had its effect twice, or a notice came twice."""


class Unexpected(AssertionError):
    """What the assistant said is not what follows."""


@dataclass(slots=True)
class Watch:
    """What all people of one trial share: how often the program died, and how long to wait."""

    seen: Acknowledged
    patience: float
    crashes: int = 0
    doubled_replies: int = 0
    unanswered: int = 0
    """Replies given up after two crashes (R9): sent once more, then never again."""
    presses: float = 0.5
    """The share of choices that are pressed, not typed."""
    fresh_desk: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody is there to hear a question."""


class Person:
    """Somebody who talks with the assistant, one message at a time."""

    def __init__(self, name: str, line: Line, watch: Watch, chance: random.Random) -> None:
        self.name = name
        self.line = line
        self.watch = watch
        self.chance = chance
        self.question = Heard("")
        """The open question."""
        self.notices: list[Heard] = []
        self._last = Heard("")
        self._copies = 0
        self._said = ""
        self._crashes_before = 0

    # --- speaking

    async def says(self, text: str, *expected: str) -> None:
        await self._speak(lambda copies: self.line.say(text, copies=copies), expected)

    async def chooses(self, label: str, *expected: str) -> None:
        """Answer the open question: by the button, if there is one, or by its number."""
        asked = self.question
        if self.chance.random() < self.watch.presses and asked.buttons:
            await self.presses(asked, label, *expected)
        else:
            await self.says(asked.digit(label), *expected)

    async def presses(self, heard: Heard, label: str, *expected: str) -> None:
        token = heard.token(label)
        await self._speak(lambda copies: self.line.press(heard, token, copies=copies), expected)

    async def _speak(self, act: Callable[[int], Awaitable[str]], expected: tuple[str, ...]) -> None:
        """One in five is delivered twice, as platforms do."""
        self._crashes_before = self.watch.crashes
        self._said = await act(2 if self.chance.random() < 0.2 else 1)
        await self._hears(list(expected))

    # --- hearing

    async def _hears(self, expected: list[str]) -> None:
        """Hear exactly this, in this order; after two crashes something may be missing (R9)."""
        repeated = False
        while expected:
            heard = await self._next()
            if heard is None:
                self._is_silent(expected, already_repeated=repeated)
                del expected[:-1]
                repeated = True
                await self.line.say("nói lại")
                continue
            place = next((n for n, one in enumerate(expected) if re.search(one, heard.text)), None)
            if place is None or (place and not self._may_be_missing()):
                raise Unexpected(f"{self.name}: {heard.text!r} came instead of {expected}")
            self.watch.unanswered += place
            del expected[: place + 1]
            self.question = heard

    def _may_be_missing(self) -> bool:
        return self.watch.crashes - self._crashes_before >= 2

    def _is_silent(self, expected: list[str], *, already_repeated: bool) -> None:
        if self._said in self.watch.seen.missing():
            raise Unexpected(f"{self.name}: never acknowledged, before {expected}")
        if already_repeated or not self._may_be_missing():
            raise Lost(f"{self.name}: acknowledged and never answered: {expected}")
        self.watch.unanswered += len(expected)

    async def _next(self) -> Heard | None:
        """The next thing that is neither a notice nor a copy; None when nothing comes."""
        while True:
            try:
                heard = await asyncio.wait_for(self.line.heard.get(), self.watch.patience)
            except TimeoutError:
                return None
            if self._is_news(heard):
                return heard

    def _is_news(self, heard: Heard) -> bool:
        if not heard.text:  # a picture, whose words follow by themselves
            return False
        if NOTICE.search(heard.text):
            self._notice(heard)
            return False
        if self.line.is_sent_to and heard == self._last:
            self._copy()
            return False
        self._last = heard
        return True

    def _notice(self, heard: Heard) -> None:
        if any(heard.text == earlier.text for earlier in self.notices):
            raise Doubled(f"{self.name}: the notice {heard.text!r} came twice")
        self.notices.append(heard)

    def _copy(self) -> None:
        """A reply may come twice for each crash, to each account (R9)."""
        self._copies += 1
        self.watch.doubled_replies += 1
        if self._copies > self.watch.crashes:
            raise Doubled(f"{self.name}: {self._last.text!r}, after {self.watch.crashes} crashes")

    def drain(self) -> None:
        """At the end: what is still to be heard can only be a notice or a copy."""
        while not self.line.heard.empty():
            heard = self.line.heard.get_nowait()
            if self._is_news(heard):
                raise Doubled(f"{self.name}: {heard.text!r} came without being asked for")


class Asked(NamedTuple):
    text: str
    crashes: int
    """How often the program had died when it was asked."""


class Learner(Person):
    """Joins by the hamlet's code, agrees, learns, asks an officer, and looks at the results."""

    def __init__(self, name: str, line: Line, watch: Watch, chance: random.Random) -> None:
        super().__init__(name, line, watch, chance)
        self.right: list[bool] = []
        """Every answer given in a finished attempt."""
        self.finished: list[Lesson] = []
        self.last_right = 0
        self.asked: list[Asked] = []

    async def learn(self) -> None:
        lesson = LESSONS.first
        assert lesson is not None
        await self.says(f"/start h_{HAMLET}", "Kính chào bà con Xóm 5", "Đồng ý nghĩa là")
        await self.chooses("Đồng ý", "Cảm ơn bà con Xóm 5", _page(lesson, 1))
        await self._ask_officer()
        await self._lesson(lesson)
        if self.chance.random() < 0.15:
            following = LESSONS.after(lesson.id)
            assert following is not None
            await self.chooses("Học bài tiếp theo", _page(following, 1))
            await self._lesson(following)

    async def _lesson(self, lesson: Lesson) -> None:
        for number in range(2, len(lesson.pages) + 1):
            await self.chooses("Xem tiếp", _page(lesson, number))
        await self.chooses("Xem tiếp", "Làm thử")
        done = self.chance.choice(("Đã làm xong", "Để sau"))
        count = len(lesson.questions)
        await self.chooses(done, f"Còn {count} câu hỏi ngắn", f"Câu 1/{count}\\.")
        self.last_right = 0
        for number in range(1, count + 1):
            following = f"Câu {number + 1}/{count}\\." if number < count else ""
            await self._answer(lesson, following)
        self.finished.append(lesson)

    async def _answer(self, lesson: Lesson, following: str) -> None:
        question = _asked_in(lesson, self.question)
        option = self.chance.choice(question.options)
        self.right.append(option.right)
        self.last_right += option.right
        judged = "Đúng rồi\\. " if option.right else "Chưa đúng, không sao\\. "
        result = f"[Đđ]úng {self.last_right}/{len(lesson.questions)} câu"
        await self.chooses(option.text, judged + re.escape(option.reason), following or result)

    async def _ask_officer(self) -> None:
        await self.watch.fresh_desk.wait()
        where = self.question.text
        question = f"Máy của {self.name} chưa cài được VNeID"
        await self.says("/gapcanbo", "Xin nhắn điều cần giúp")
        await self.says(question, f"Gửi cán bộ xã câu này.*\n“{question}”")
        self.asked.append(Asked(question, self.watch.crashes))
        await self.chooses("Gửi", "Đã gửi cán bộ xã", "UBND xã", re.escape(where[:60]))

    async def look_back(self) -> None:
        """The end state as the program tells it must be what was done here."""
        title = re.escape(self.finished[-1].title)
        module = LESSONS.lessons_of(self.finished[-1].module)
        done = len(set(self.finished) & set(module))
        of = len(self.finished[-1].questions)
        last = f"“{title}”, đúng {self.last_right}/{of} câu"
        await self.says("/tiendo", f"(?s)đã học {done}/{len(module)} bài.*{last}")
        finished = len({lesson.id for lesson in self.finished})
        kept = (
            f"Bài đã học xong: {finished}\nLượt làm câu hỏi: {len(self.finished)}\n"
            f"Buổi học đã vào: 0\nCâu đã hỏi cán bộ: {len(self.asked)}\n"
        )
        await self.says("/dulieu", "Dữ liệu của tôi")
        await self.chooses("Xem", "Xã đang lưu:\n(?s:.*)Xóm 5", kept, "Dữ liệu của tôi")


def _page(lesson: Lesson, number: int) -> str:
    start = re.escape(lesson.pages[number - 1].strip()[:40])
    return f"{re.escape(lesson.title)}\n\\({number}/{len(lesson.pages)}\\) {start}"


def _asked_in(lesson: Lesson, heard: Heard) -> Question:
    return next(question for question in lesson.questions if question.text in heard.text)
