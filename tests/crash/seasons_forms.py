"""Quick forms that officers send in a season, what comes of them, and when they are closed."""

import random
from datetime import date, timedelta
from typing import Final

from handlers.quick_forms.form import Kind as Answers
from handlers.quick_forms.form import Question, store_answers, store_questions
from storage import quick_forms
from storage.database import Transaction
from tests.crash.seasons_commune import PLACES, Rows
from tests.crash.seasons_facts import Form, Record
from tests.crash.seasons_process import SeasonClock

_TITLES: Final = ("Phiếu điện", "Phiếu sách", "Phiếu mạng", "Phiếu lớp")


class Forms:
    """Each is asked with the transaction open, and says whether anything was done."""

    def __init__(
        self, rows: Rows, record: Record, clock: SeasonClock, chance: random.Random
    ) -> None:
        self._rows = rows
        self._record = record
        self._clock = clock
        self._chance = chance
        self._by = rows.persons["p00"]
        self.numbers: dict[str, int] = {}
        """Title -> under which the database knows it."""

    @property
    def _today(self) -> date:
        return self._clock.local.date()

    def _changes(self, **what: object) -> bool:
        self._record.changes(self._clock.local, **what)
        return True

    async def asks(self, tx: Transaction) -> bool:
        if len(self.numbers) == len(_TITLES):
            return False
        title = _TITLES[len(self.numbers)]
        due = self._today + timedelta(days=self._chance.randint(1, 6))
        chosen = frozenset(self._chance.sample(sorted(PLACES), k=self._chance.randint(1, 5)))
        question = Question(text="Có bao nhiêu lớp?", kind=Answers.NUMBER)
        self.numbers[title] = await quick_forms.add(
            tx,
            commune_id=self._rows.commune,
            title=title,
            questions=store_questions([question]),
            due_on=due,
            units=[self._rows.units[unit] for unit in chosen],
            by=self._by,
            now=self._clock.wall(),
        )
        known = self._record.world.forms
        return self._changes(forms={**known, title: Form(title, due, self._today, chosen)})

    async def is_answered(self, tx: Transaction) -> bool:
        known = self._record.world.forms
        open_ones = [form for form in known.values() if form.is_open and form.units - form.answered]
        if not open_ones:
            return False
        form = self._chance.choice(open_ones)
        unit = self._chance.choice(sorted(form.units - form.answered))
        await quick_forms.answer(
            tx,
            self.numbers[form.title],
            self._rows.units[unit],
            number=1,
            answers=store_answers({}),
            source="unit",
            by=self._by,
            role="reporter",
            now=self._clock.wall(),
        )
        told = form._replace(answered=form.answered | {unit})
        return self._changes(forms={**known, form.title: told})

    async def closes(self, tx: Transaction) -> bool:
        known = self._record.world.forms
        open_ones = [form for form in known.values() if form.is_open]
        if not open_ones:
            return False
        form = self._chance.choice(open_ones)
        await quick_forms.close(tx, self.numbers[form.title], now=self._clock.wall())
        return self._changes(forms={**known, form.title: form._replace(is_open=False)})
