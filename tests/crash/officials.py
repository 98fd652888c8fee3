"""The officer who answers what residents ask, and the admin who is told who took a role."""

import asyncio
import random
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from tests.crash.dialogues import Doubled, Learner, Lost, Person, Watch
from tests.crash.people import Heard, Line

JOINED: Final = "vừa dùng mã mời và nhận Cán bộ"
_OPEN: Final = re.compile(r"Xóm 5: (Máy của \w+ chưa cài được VNeID)")


class Official(Person):
    """Takes a role with the code of an invite."""

    async def join(self, code: str, post: str) -> None:
        await self.says(f"/start {code}", f"lời mời nhận vai trò {post}")
        await self.chooses("Nhận vai trò", f"có vai trò {post}", "Các việc mới", "Trang đầu")


class Admin(Official):
    def __init__(self, name: str, line: Line, watch: Watch, chance: random.Random) -> None:
        super().__init__(name, line, watch, chance)
        self._judged = 0

    async def judge(self) -> None:
        """Say of everybody who joined that it was the right person."""
        self.drain()
        joined = [notice for notice in self.notices if JOINED in notice.text]
        for notice in joined[self._judged :]:
            self._judged += 1
            await self.presses(notice, "Đúng người", "Vai trò được giữ nguyên", "Trang đầu")
        await self.says("trang đầu", "Trang đầu")  # behind it no notice waits any more (R12)


class Officer(Official):
    def __init__(self, name: str, line: Line, watch: Watch, chance: random.Random) -> None:
        super().__init__(name, line, watch, chance)
        self.answered: list[str] = []
        self.is_off = False
        """Set when nobody will ask any more."""

    async def work(self) -> None:
        """Answer what one is told of, as it comes."""
        taken = 0
        while not self.is_off:
            await asyncio.sleep(0.02)
            self.drain()
            while taken < len(self.notices):
                await self._answer_notice(self.notices[taken])
                taken += 1

    async def _answer_notice(self, notice: Heard) -> None:
        found = re.search(r"“(.*)”", notice.text)
        if found is None:
            return
        question = found[1]
        await self.presses(notice, "Trả lời", f"Xin nhắn câu trả lời(?s:.*)“{question}”")
        await self._answer(question)

    async def _answer(self, question: str) -> None:
        answer = f"Xin mang máy ra xã: {question}"
        await self.says(answer, f"Gửi câu trả lời này.*\n“{answer}”")
        self.answered.append(question)
        await self.chooses("Gửi", "Đã gửi câu trả lời", "Trang đầu")

    async def clear_desk(self, learners: Sequence[Learner]) -> None:
        """What no notice told of must wait at the desk, each question exactly once."""
        asked = [one.text for learner in learners for one in learner.asked]
        while waiting := sorted(set(asked) - set(self.answered)):
            await self.says("/gapcanbo", "Các câu hỏi đang chờ trả lời|Xin nhắn điều cần giúp")
            shown = [self.question.text, *(label for label, _ in self.question.buttons)]
            told = sorted(set(_OPEN.findall("\n".join(shown))))
            if told != waiting:
                raise Lost(f"the desk shows {told}, and {waiting} wait")
            await self.chooses(f"Xóm 5: {told[0]}", f"Xin nhắn câu trả lời(?s:.*)“{told[0]}”")
            await self._answer(told[0])
        await self.says("/gapcanbo", "Xin nhắn điều cần giúp")
        await self.says("trang đầu", "Trang đầu")

    async def count(self, learners: Sequence[Learner]) -> None:
        """/thongke must say what the learners did: nobody and nothing twice (T43)."""
        finished = sum(len(learner.finished) for learner in learners)
        right = [good for learner in learners for good in learner.right]
        share = int(Fraction(1000 * sum(right), len(right)) + Fraction(1, 2))
        percent = f"{share // 10},{share % 10}%"
        counts = f"\n{len(learners)} người học, {finished} lượt học, "
        figures = f"{counts}(?s:.*)Trả lời đúng {percent} câu"
        await self.says("/thongke xóm 5", figures, "Người học: ", "Xin chọn, hoặc nhắn kỳ")


def told_once(learners: Sequence[Learner], desk: Sequence[Official], crashes: int) -> int:
    """Check notices against what was asked; how many never came because of a crash (R9).

    `crashes` so far: only one behind a question may have cost its notice.
    """
    missing = 0
    for learner in learners:
        for asked in learner.asked:
            missing += _missing(learner, f"Xin mang máy ra xã: {asked.text}", crashes > 0)
            for official in desk:
                missing += _missing(official, asked.text, asked.crashes < crashes)
    for admin in (one for one in desk if isinstance(one, Admin)):
        missing += _missing(admin, JOINED, crashes > 0)
    return missing


def _missing(person: Person, words: str, is_excused: bool) -> int:
    times = sum(words in notice.text for notice in person.notices)
    if times > 1:
        raise Doubled(f"{person.name} was told {times} times: {words}")
    if not times and not is_excused:
        raise Lost(f"{person.name} was never told: {words}")
    return 1 - times
