"""Which question rests on which paragraph of the plan: makes docs/report-forms.md."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from handlers.reporting.form import Field, Form
from handlers.reporting.plan import PARAGRAPHS

SECTIONS: Final = {
    "I": "Công tác chỉ đạo, triển khai",
    "II.1": "Nâng cao nhận thức",
    "II.2": "Hạ tầng số",
    "II.3": "Chính quyền số, cải cách hành chính",
    "II.4": "Kinh tế số",
    "II.5": "Xã hội số - Bình dân học vụ số",
    "II.6": "An ninh mạng",
    "II.7": "Phối hợp, hợp tác",
    "III": "Mô hình mới, cách làm hay, gương điển hình tiên tiến; sáng kiến",
    "IV": "Tồn tại, khó khăn, vướng mắc, nguyên nhân",
    "V": "Phương hướng, nhiệm vụ",
    "VI": "Đề xuất, kiến nghị; đề nghị khen thưởng",
}
"""The frame of the BÁO CÁO (curriculum-facts §13)."""

_INTRODUCTION: Final = """\
# What units are asked for, and why

Made by `python -m bot forms > docs/report-forms.md` from `handlers/reporting/forms/`; a test
compares. An officer may change a form without code: this page tells what the house brings.

- **Kind**: `count` a figure, `share` part/whole, `by_hamlet` a share for every hamlet, `date`,
  `one_of`, `many_of`, `records` (several, each with its parts), `note`, `evidence` (files).
  "Chưa nắm được" answers every question; blank is a third thing.
- **Asked**: *required* in the course of the form, *more* behind "còn gì nữa không?",
  *counted* never: the house knows it.
- **Plan**: our codes of the commune's plan (YC demands, ND content, TC criteria, HT rewards,
  GP solutions, NV tasks) and of what communes report anyway (CS).
- **BÁO CÁO**: the section of the unit's own report; *phụ lục* is the annex only.
"""
_HEAD: Final = """\
| Field | Question | Kind | Asked | Plan | BÁO CÁO |
|---|---|---|---|---|---|"""
_TO_ACT_ON: Final = ("ND-", "TC-A", "TC-B", "TC-C", "NV-1.", "NV-2.", "NV-4.", "NV-5.")
"""Paragraphs that a unit acts on; the others are aims, or tasks of the commune itself."""
_SPECIAL: Final = {"so_ket": "sơ kết", "tong_ket": "tổng kết"}


def document(forms: Mapping[str, Form]) -> str:
    """The whole page, with a line end at its end."""
    sections = [f"| {key} | {name} |" for key, name in SECTIONS.items()]
    parts = [
        _INTRODUCTION,
        "\n".join(
            ["## Sections of the BÁO CÁO", "", "| Section | Title |", "|---|---|", *sections, ""]
        ),
        *("\n".join(_about(form)) for form in forms.values()),
        "\n".join(_by_paragraph(list(forms.values()))),
    ]
    return "\n".join(parts)


def _about(form: Form) -> Iterator[str]:
    yield f"## {form.title} (`{form.key}`)"
    yield ""
    yield _HEAD
    yield from (_row(field) for field in form.fields)
    yield ""


def _row(field: Field) -> str:
    cells = [
        f"`{field.key}`<br>{field.label}",
        _question(field) if field.asked else "-",
        " ".join([f"`{field.kind}`", field.counts]).strip(),
        "; ".join(_asking(field)),
        ", ".join(field.plan),
        field.section or "phụ lục",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _question(field: Field) -> str:
    options = " / ".join(option.label for option in field.options)
    parts = " · ".join(part.label for part in field.parts)
    more = options or parts
    return f"{field.ask} ({more})" if more else field.ask


def _asking(field: Field) -> Iterator[str]:
    """How it comes to be asked, or who fills it in."""
    if not field.asked:
        yield "counted"
    else:
        yield "required" if field.required else "more"
    if field.only_if:
        yield f"only if `{field.only_if}`"
    if field.taken_from:
        yield f"from `{field.taken_from}` of the holder `{field.holder}`"
    elif field.holder:
        yield f"only of the holder `{field.holder}`"
    if field.filled_by and field.asked:
        yield "proposed from the year's book"
    if field.part_of:
        yield f"at most `{field.part_of}`"
    yield from _when(field)


def _when(field: Field) -> Iterator[str]:
    if "annual" not in field.occasions:
        yield "only " + ", ".join(_SPECIAL[one] for one in field.occasions if one in _SPECIAL)
    if field.since:
        yield f"from {field.since}"
    if field.until:
        yield f"to {field.until}"


def _by_paragraph(forms: Sequence[Form]) -> Iterator[str]:
    yield "## From the plan to the questions"
    yield ""
    yield "| Plan | Fields (forms) |"
    yield "|---|---|"
    silent: list[str] = []
    for code in PARAGRAPHS:
        if asking := _fields_of(code, forms):
            yield f"| {code} | {asking} |"
        elif code.startswith(_TO_ACT_ON):
            silent.append(code)
    yield ""
    yield f"No question of its own: {', '.join(silent) or '-'}."
    yield ""


def _fields_of(code: str, forms: Sequence[Form]) -> str:
    """Each field that rests on a paragraph, with the forms in which it does."""
    found: dict[str, list[str]] = {}
    for form, field in chain.from_iterable(((f, field) for field in f.fields) for f in forms):
        if code in field.plan:
            found.setdefault(field.key, []).append(form.key)
    every = len(forms)
    return ", ".join(
        f"`{key}`" + ("" if len(where) == every else f" ({', '.join(where)})")
        for key, where in found.items()
    )
