"""The sentences of the commune's BÁO CÁO that its officer may write anew, and what may stand there.

Pure. An officer's text is never a template of ours: only the known places in it are filled (T28).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from handlers.reporting.letter.writing import one_line
from handlers.reporting.periods import ReportPeriod, Settings
from handlers.texts import Texts
from handlers.words import fold

FRAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "head": (
            *("subject_annual", "subject_so_ket", "subject_tong_ket", "addressees"),
            *("ground_province", "ground_commune", "opening"),
        ),
        "I": (
            *("led_by", "plans", "plans_of_others", "programmes", "launches", "visits"),
            "visits_somewhere",
            *("follow_ups", "broadcasts", "minutes", "articles", "campaigns"),
        ),
        "II": (
            *("reported_required", "reported_requested", "reported_encouraged"),
            *("reported_nobody", "no_figures", "said_publicity", "said_oversight"),
            *("said_online_files", "said_digital_work", "said_payment", "said_business_work"),
            *("see_table", "said_sessions", "said_attendances", "said_people", "said_over_60"),
            *("said_women", "said_skilled", "said_pupils_skilled", "said_team_members"),
            *("said_team_helped", "said_vneid_helped", "said_vneid_level_2"),
            *("said_vneid_by_hamlet", "said_learners_here", "said_basic_here"),
            *("said_safety_work", "said_fraud_talks", "said_fraud_cases", "said_cooperation"),
        ),
        "III": (
            *("said_models", "said_initiatives", "said_exemplars", "said_awarded", "awards"),
            *("awarded", "said_stage_results", "examples_lead", "examples_none"),
        ),
        "IV": (
            *("difficulties_lead", "difficulties_some", "difficulties_none"),
            "said_stage_lessons",
        ),
        "V": (
            *("direction_phase_1", "direction_phase_2", "direction_after", "direction_leading"),
            *("direction_learning", "direction_publicity", "direction_awards"),
            *("direction_visits", "direction_so_ket", "direction_tong_ket", "said_direction"),
        ),
        "VI": (
            *("proposals_lead", "proposals_some", "proposals_none", "awards_lead"),
            *("awards_none", "silent_lead", "silent_none"),
        ),
        "end": ("closing", "recipients", "signature"),
    }
)
"""Part of the letter -> keys of its sentences, in the order of reading."""
KEYS: Final = tuple(key for part in FRAMES.values() for key in part)
OF_LINES: Final = frozenset({"addressees", "recipients", "signature"})
"""Each line is one of several: an officer on a phone may part them with ";" too."""
_BROKEN: Final = OF_LINES | {"subject_annual", "subject_so_ket", "subject_tong_ket"}
EVERYWHERE: Final = ("xa", "tinh", "ky", "nam_sau", "phong_trao")
"""Places that every sentence may have."""
_FIGURES: Final = ("so", "tong")
_INVENTED: Final = {"so": "12", "tong": "34"}
FEWEST, MOST = 5, 1_000
_SIGNATURE: Final = "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"  # a clerk's abbreviations
_PLACE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a sentence cannot be used; `what` are the letters, or the places, it is about."""

    why: Literal["length", "unknown", "missing"]
    what: tuple[str, ...] = ()


def everywhere(texts: Texts, settings: Settings, period: ReportPeriod) -> dict[str, str]:
    """What stands for `EVERYWHERE` in a commune's letter about that period."""
    years = {"first": period.first.year, "last": period.year, "next": period.year + 1}
    name, province = (one_line(str(settings.get(k) or "")) for k in ("name", "province"))
    return {
        "xa": name or texts["letter.where_unknown"],
        "tinh": province or texts["commune_letter.province_unknown"],
        "ky": texts.say(f"commune_letter.years_{period.occasion}", **years),
        "nam_sau": texts.say(f"letter.next_{period.occasion}", **years),
        "phong_trao": texts["letter.movement"],
    }


def example(texts: Texts, key: str, text: str, *, settings: Settings, period: ReportPeriod) -> str:
    """A tidied text as it will read, with invented figures."""
    values = everywhere(texts, settings, period)
    values["viec"] = texts.say("commune_letter.plan_about", **values)
    values["phong"] = str(settings.get("office") or texts["letter.office"])
    return Texts({key: text}).say(key, **_INVENTED, **values)


def each_of(text: str) -> tuple[str, ...]:
    """The several of a text of `OF_LINES`."""
    found = (part.strip().removeprefix("- ").rstrip(";, ") for part in re.split(r"[\n;]", text))
    names = [name for name in found if name]
    return (*names[:-1], *(name.rstrip(".") for name in names[-1:]))


def built_in(texts: Texts, key: str) -> str:
    return _SIGNATURE if key == "signature" else texts[f"commune_letter.{key}"]


def needed(texts: Texts, key: str) -> tuple[str, ...]:
    """Places that must stay: without its {so} a figure would be missing."""
    return tuple(place for place in _places(built_in(texts, key)) if place in _FIGURES)


def allowed(texts: Texts, key: str) -> tuple[str, ...]:
    """What may stand in a sentence: its own places first."""
    return tuple(dict.fromkeys([*_places(built_in(texts, key)), *EVERYWHERE]))


def _places(text: str) -> list[str]:
    return list(dict.fromkeys(_PLACE.findall(text)))


def tidied(key: str, text: str) -> str:
    """As it is stored: "{Xã}" and "{ xa }" are {xa}; one line, where there are not several."""
    text = _PLACE.sub(lambda found: f"{{{fold(found[1]).replace(' ', '_')}}}", text)
    if key in _BROKEN:
        return "\n".join(filter(None, map(one_line, text.split("\n"))))
    return one_line(text)


def problem(texts: Texts, key: str, text: str) -> Problem | None:
    """What is wrong with a tidied text; None if it can stand in the letter."""
    if not FEWEST <= len(text) <= MOST:
        return Problem("length")
    places, known = _places(text), allowed(texts, key)
    strange = [f"{{{place}}}" for place in places if place not in known]
    strange += sorted(set(re.findall(r"[{}]", _PLACE.sub("", text))))
    if strange:
        return Problem("unknown", tuple(strange))
    missing = tuple(f"{{{place}}}" for place in needed(texts, key) if place not in places)
    return Problem("missing", missing) if missing else None


def numbers_in(text: str) -> list[str]:
    """Figures written by hand: they stay as they are when the year's figures change."""
    return re.findall(r"\d+(?:[./,-]\w+)*", _PLACE.sub("", text))


def framed(texts: Texts, own: Mapping[str, str]) -> Texts:
    """All texts with a commune's own sentences in their places.

    One that does not fit any more, as after a change of ours, gives way to the built-in one.
    """
    fits = {key: text for key in KEYS if (text := own.get(key)) and not problem(texts, key, text)}
    sentences = {key: fits.get(key, built_in(texts, key)) for key in KEYS}
    return Texts({**texts, **{f"commune_letter.{key}": said for key, said in sentences.items()}})
