"""What is being recorded, from the first sentence to "Ghi": JSON in the conversation's draft."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any, Final, Self

from handlers.activities.reading import Told
from storage.activities import ActivityInfo, NewActivity
from storage.units import UnitInfo

_ASKED: Final = frozenset({"unit", "on", "kind", "heads", "sessions", "households", "partners"})
"""What is asked when it is in doubt; a doubt about a name or a place is shown and corrected."""
KINDS: Final = ("class", "home_visit", "campaign", "other")
_PLAN: Final = {
    "fraud": "ND-6",
    "security": "ND-6",
    "data": "ND-6",
    "office": "ND-3",
    "services": "ND-3",
    "selling": "ND-4",
    "movement": "ND-1",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """Every field as it is known so far; ids of units, days as ISO text."""

    unit: int = 0
    """0 = not known yet."""
    on: str = ""
    heads: int | None = None
    unknown: bool = False
    """"chưa nắm được" was said: not the same as not said."""
    about: bool = False
    households: int | None = None
    sessions: int = 1
    kind: str = "class"
    topics: tuple[str, ...] = ()
    place: str = ""
    led_by: str = ""
    partners: tuple[int, ...] = ()
    others: tuple[str, ...] = ()
    """Who took part and is no unit of ours: said back, not counted."""
    doubts: dict[str, list[Any]] = field(default_factory=dict)
    """Field -> what it may be; it is asked before anything is written."""
    waiting: tuple[str, ...] = ()
    """Names of the same answer behind one that could be two units."""
    sure: bool = False
    """An unusual number was confirmed (T20)."""
    sure_households: bool = False
    others_that_day: tuple[int, ...] = ()
    """Activities of that day which this is not."""
    editing: int = 0
    """The activity that is corrected; 0 = a new one."""
    version: int = 0
    joined: int = 0
    """Of `heads`, those who joined by the code: only the others are written."""
    contents: tuple[str, ...] = ()
    """Contents of the plan it had before, as a session has its lesson's."""

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """Read it back; what another release wrote and this one does not know is left out."""
        known = {one.name for one in fields(cls)}
        values = {key: value for key, value in stored.items() if key in known}
        for name in ("topics", "partners", "others", "others_that_day", "waiting", "contents"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.on) if self.on else None

    @property
    def says_how_many(self) -> bool:
        """Whether nobody has to be asked for the number any more."""
        return self.heads is not None or self.unknown or self.kind == "campaign"

    def settled(self, name: str, **values: Any) -> Self:
        """With these values, and `name` no longer in doubt."""
        doubts = {key: value for key, value in self.doubts.items() if key != name}
        return replace(self, doubts=doubts, **values)

    def new(self, commune_id: int) -> NewActivity:
        """Only once nothing is open; raises ValueError before."""
        if self.day is None or not self.unit or self.doubts:
            raise ValueError("something is still open")
        contents = [
            "ND-5",
            *self.contents,
            *(_PLAN[topic] for topic in self.topics if topic in _PLAN),
        ]
        return NewActivity(
            commune_id=commune_id,
            units=(self.unit, *(one for one in self.partners if one != self.unit)),
            kind=self.kind,
            held_on=self.day,
            heads=None if self.heads is None else max(self.heads - self.joined, 0),
            is_about=self.about,
            sessions=self.sessions,
            households=self.households,
            topics=self.topics,
            contents=tuple(sorted(set(contents))),
            place=self.place,
            led_by=self.led_by,
        )


def from_told(told: Told, known: Mapping[str, UnitInfo], base: Draft | None = None) -> Draft:
    """What a sentence says, over what was known before; whatever it leaves unsaid stays."""
    before = base or Draft()
    doubts = _doubts(told)
    if base is not None:  # "38 người" corrects a number, and says nothing of the kind
        doubts.pop("kind", None)
    return replace(
        before,
        on=told.on.isoformat() if told.on else before.on,
        heads=told.heads if told.heads is not None else before.heads,
        unknown=told.unknown_heads or (before.unknown and told.heads is None),
        about=told.is_about if told.heads is not None else before.about,
        households=told.households if told.households is not None else before.households,
        sessions=told.sessions if told.sessions > 1 else before.sessions,
        kind=told.kind if base is None or told.kind != "class" else before.kind,
        topics=told.topics or before.topics,
        place=told.place or before.place,
        led_by=told.led_by or before.led_by,
        partners=tuple(known[code].id for code in told.partners) or before.partners,
        others=told.other_partners or before.others,
        doubts={**before.doubts, **doubts},
        sure=False,
    )


def _doubts(told: Told) -> dict[str, list[Any]]:
    return {key: _plain(values) for key, values in told.doubts.items() if key in _ASKED}


def _plain(values: tuple[object, ...]) -> list[Any]:
    return [one.isoformat() if isinstance(one, date) else one for one in values]


def from_record(info: ActivityInfo) -> Draft:
    """An activity that is to be corrected."""
    return Draft(
        unit=info.unit_id,
        on=info.held_on.isoformat(),
        heads=None if info.heads is None else info.people,
        unknown=info.heads is None,
        about=info.is_about,
        households=info.households,
        sessions=info.sessions,
        kind=info.kind,
        topics=info.topics,
        place=info.place,
        led_by=info.led_by,
        partners=tuple(sorted(info.units - {info.unit_id})),
        sure=True,
        sure_households=True,
        editing=info.id,
        version=info.version,
        joined=info.joined,
        contents=info.contents,
    )


def corrected_by(record: Draft, told: Draft) -> Draft:
    """The record with what was told now; whatever that leaves unsaid stays (T19)."""
    is_counted = told.heads is not None or told.unknown
    return replace(
        record,
        heads=told.heads if is_counted else record.heads,
        unknown=told.unknown if is_counted else record.unknown,
        about=told.about if is_counted else record.about,
        households=record.households if told.households is None else told.households,
        sessions=told.sessions if told.sessions > 1 else record.sessions,
        topics=told.topics or record.topics,
        place=told.place or record.place,
        led_by=told.led_by or record.led_by,
        partners=tuple(dict.fromkeys((*record.partners, *told.partners))),
        others=told.others or record.others,
        sure=told.sure,
    )
