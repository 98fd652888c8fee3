"""A unit's difficulty as a letter to UBND xã, to sign: the written form that NV-5.1 asks for.

Pure. Head, addressee and signature are those of the unit's own BÁO CÁO.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.documents.letter_contents import LetterContents, Line, Section
from handlers.reporting import letter
from handlers.reporting.form import Form
from handlers.reporting.letter.writing import capital, sentence
from handlers.reporting.periods import ReportPeriod
from handlers.texts import Texts
from storage.units import UnitInfo


def contents_of(
    texts: Texts,
    *,
    form: Form,
    unit: UnitInfo,
    name: str,
    settings: Mapping[str, Any],
    period: ReportPeriod,
    told: str,
    is_sample: bool,
) -> LetterContents:
    """The letter; `name` is one that no other unit has, `told` what the unit said."""
    unit = replace(unit, name=name)
    report = letter.contents_of(
        texts,
        form=form,
        answers={},
        unit=unit,
        settings=settings,
        period=period,
        is_sample=is_sample,
        practice=False,
    )
    body = (
        Section("I", texts["difficulties.section_told"], (Line(sentence(told)),)),
        Section("II", texts["difficulties.section_asked"], (Line(texts["difficulties.request"]),)),
    )
    return replace(
        report,
        subject=tuple(texts["difficulties.subject"].split("\n")),
        opening=texts.say("difficulties.opening", unit=capital(name)),
        sections=body,
        closing=texts.say("difficulties.closing", unit=name),
        annexes=(),
    )
