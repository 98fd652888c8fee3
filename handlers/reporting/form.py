"""A report form as data: what is asked of a unit, in which words, and which clause asks for it.

`forms/fields.toml` has every field once, `forms/<form>.toml` says which of them a kind of unit is
asked for. An officer may change a form without code (`workbook.py`); both ways end in the same
`Form`. Three answers are three different things: a figure, "chưa nắm được" and blank (design §5).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic import Field as ModelField

KEY: Final = r"^[a-z][a-z0-9_]{1,39}$"
MOST: Final = 1_000_000
"""No figure of a commune is greater: it has fewer people (T20)."""
MOST_LETTERS: Final = 1_000
"""Characters of a note; a longer one is a file."""
MOST_RECORDS: Final = 10


class Kind(StrEnum):
    """The answer kinds; what stands behind each is an `Answer.value` of that kind."""

    COUNT = "count"  # int
    SHARE = "share"  # [part, whole], part ≤ whole
    DATE = "date"  # "2026-07-15"
    ONE_OF = "one_of"  # key of an option
    MANY_OF = "many_of"  # list of keys, perhaps empty
    RECORDS = "records"  # list of {part: text}, perhaps empty
    NOTE = "note"  # text; "" = "không có"
    EVIDENCE = "evidence"  # list of file ids
    BY_HAMLET = "by_hamlet"  # {code of a hamlet: [part, whole]}; "" = the whole commune at once


Occasion = Literal["annual", "so_ket", "tong_ket"]
Holder = Literal["", "vneid", "online"]
"""Whose figure it is (design §5): "vneid" = Công an xã, "online" = Trung tâm PVHCC."""
Filled = Literal["", "sessions", "heads", "activities", "learners", "basic"]
"""The figure of the year's book that the house knows already (`storage.statistics`)."""
Section = (
    Literal["", "I", "II.1", "II.2", "II.3", "II.4", "II.5", "II.6", "II.7"]
    | Literal["III", "IV", "V", "VI"]
)
"""Where it stands in the BÁO CÁO (curriculum-facts §13); "" = in the annex only."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Key = Annotated[str, StringConstraints(pattern=KEY)]
_STRICT: Final = ConfigDict(extra="forbid", frozen=True)


class Option(BaseModel):
    model_config = _STRICT
    key: Key
    label: Short


class Part(BaseModel):
    """One piece of a record: the name of a model, what came of it."""

    model_config = _STRICT
    key: Key
    label: Short
    ask: Text
    letters: Annotated[int, ModelField(ge=10, le=500)] = 500
    optional: bool = False
    options: tuple[Option, ...] = ()


class Field(BaseModel):
    """One question of a form. All texts are Vietnamese and shown as they are."""

    model_config = _STRICT
    key: Key
    kind: Kind
    label: Short
    """How the summary and the tables call it: "Số buổi học, tập huấn"."""
    ask: Annotated[Text, StringConstraints(min_length=1, max_length=240)]
    help: Text = ""
    """An example, for who asks for help or was not understood."""
    counts: Annotated[str, StringConstraints(max_length=30)] = ""
    """What a figure counts (ĐVT): "buổi", "lượt người", "người"."""
    plan: Annotated[tuple[str, ...], ModelField(min_length=1)]
    """Paragraphs of the plan and of curriculum-facts §14: "NV-1.2", "CS-02"."""
    section: Section = ""
    required: bool = False
    """False: behind the one question "còn gì nữa không?"."""
    most: Annotated[int, ModelField(ge=1, le=MOST)] | None = None
    """Hard limit; also of a share's whole."""
    most_of: Literal["", "adults", "households"] = ""
    """The hard limit is this figure of the unit, where it is known."""
    unusual: Annotated[int, ModelField(ge=1, le=MOST)] | None = None
    """Soft limit: above it one is asked whether it is right (T20)."""
    part_of: str = ""
    """Key of the count that this one cannot be greater than."""
    filled_by: Filled = ""
    asked: bool = True
    """False: never asked, the house counts it."""
    holder: Holder = ""
    """Not asked of a unit that is not its holder: entered once for all (design §5)."""
    taken_from: str = ""
    """Key of the holder's `by_hamlet` field in which this unit's figure stands."""
    only_if: str = ""
    """"plan_issued=yes": asked only after that answer."""
    options: tuple[Option, ...] = ()
    parts: tuple[Part, ...] = ()
    since: int | None = None
    until: int | None = None
    """First and last year in which it is asked; None = no limit."""
    occasions: tuple[Occasion, ...] = ("annual", "so_ket", "tong_ket")
    words: tuple[str, ...] = ()
    """Folded words by which one message may mean it: "tap huan", "lop hoc"."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        has_options = self.kind in (Kind.ONE_OF, Kind.MANY_OF)
        if has_options != bool(self.options):
            raise ValueError("options belong to one_of and many_of, and only there")
        if (self.kind is Kind.RECORDS) != bool(self.parts):
            raise ValueError("parts belong to records, and only there")
        if not 0 <= len(self.options) <= 8:
            raise ValueError("at most 8 options: one digit is left for another way (U3)")
        is_figure = self.kind in (Kind.COUNT, Kind.SHARE)
        if not is_figure and (self.most or self.unusual or self.part_of or self.filled_by):
            raise ValueError("limits belong to figures")
        keys = [one.key for one in self.options] + [one.key for one in self.parts]
        if len(set(keys)) < len(keys):
            raise ValueError("two options or parts of one key")
        return self

    @property
    def is_figure(self) -> bool:
        return self.kind in (Kind.COUNT, Kind.SHARE)

    def is_valid(self, *, year: int, occasion: str) -> bool:
        """Whether it belongs to the reports of that year and occasion."""
        begun = self.since is None or self.since <= year
        over = self.until is not None and year > self.until
        return begun and not over and occasion in self.occasions

    def option(self, key: str) -> Option | None:
        return next((one for one in self.options if one.key == key), None)


class Letter(BaseModel):
    """How the unit's own BÁO CÁO is headed and signed (NĐ 30/2020; curriculum-facts §13)."""

    model_config = _STRICT
    over: Text = ""
    """The body above the unit: "UBND XÃ {COMMUNE}"; "" = none."""
    has_number: bool = True
    """False for hamlets: no line "Số: …/BC-…"."""
    symbol: Text = ""
    """Behind "/BC-": "" leaves it to the clerk."""
    signs: Short
    """"TRƯỞNG XÓM", "HIỆU TRƯỞNG"."""
    on_behalf: Text = ""
    """"TM. ỦY BAN MẶT TRẬN TỔ QUỐC": a line above `signs`."""


class Form(BaseModel):
    """What one kind of unit is asked for; `fields` in the order of asking, required ones first."""

    model_config = _STRICT
    key: Key
    kinds: Annotated[tuple[str, ...], ModelField(min_length=1)]
    """Kinds of units (`handlers.units.UnitKind`) that fill it in."""
    title: Short
    version: Annotated[int, ModelField(ge=1)] = 1
    """Rises with every change; each report version keeps the one it was made with."""
    fields: Annotated[tuple[Field, ...], ModelField(min_length=1, max_length=60)]
    letter: Letter

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        keys = [field.key for field in self.fields]
        if len(set(keys)) < len(keys):
            raise ValueError("two fields of one key")
        for field in self.fields:
            self._check(field, set(keys))
        return self

    def _check(self, field: Field, keys: set[str]) -> None:
        whole = field.part_of
        if whole and (whole not in keys or whole == field.key):
            raise ValueError(f"{field.key}: part of {whole}, which is not in this form")
        if whole and {field.kind, self[whole].kind} != {Kind.COUNT}:
            raise ValueError(f"{field.key}: only a count is part of a count")
        condition, _, value = field.only_if.partition("=")
        if field.only_if and (condition not in keys or self[condition].option(value) is None):
            raise ValueError(f"{field.key}: nothing of this form can be {field.only_if}")

    def __getitem__(self, key: str) -> Field:
        """Raises KeyError."""
        return self._by_key[key]

    def get(self, key: str) -> Field | None:
        return self._by_key.get(key)

    @property
    def _by_key(self) -> Mapping[str, Field]:
        return {field.key: field for field in self.fields}

    def on(self, *, year: int, occasion: str) -> "Form":
        """The form as it is for the reports of that year and occasion."""
        kept = {one.key for one in self.fields if one.is_valid(year=year, occasion=occasion)}
        while over := {key for key in kept if self._condition(key) not in {"", *kept}}:
            kept -= over
        fields = (one for one in self.fields if one.key in kept)
        whole = tuple(
            one.model_copy(
                update={"part_of": next((key for key in self.above(one) if key in kept), "")}
            )
            for one in fields
        )
        return self.model_copy(update={"fields": whole})

    def _condition(self, key: str) -> str:
        """Key of the field that decides whether this one is asked; "" = none."""
        return self[key].only_if.partition("=")[0]

    def above(self, field: Field) -> list[str]:
        """Keys of what this field is part of, the nearest first."""
        found: list[str] = []
        while field.part_of and field.part_of not in (*found, field.key):
            found.append(field.part_of)
            above = self.get(field.part_of)
            if above is None:
                break
            field = above
        return found


class Problem(BaseModel):
    """One thing to mend in a form: where ("fields.toml: sessions") and what, in Vietnamese."""

    model_config = _STRICT
    where: str
    what: str


def made(
    head: Mapping[str, Any], fields: Iterable[Mapping[str, Any]], words: Mapping[str, Any]
) -> Form:
    """A form of its file, the fields it names and its own words for them.

    `head`: key, kinds, title, version, letter, `required` and `more` (keys in the order of
    asking). Raises `ValueError` (pydantic's) and KeyError for an unknown field.
    """
    known = {field["key"]: field for field in fields}
    asked = [(key, True) for key in head["required"]] + [(key, False) for key in head["more"]]
    listed = [
        Field.model_validate({**known[key], **words.get(key, {}), "required": required})
        for key, required in asked
    ]
    rest = {name: value for name, value in head.items() if name not in ("required", "more")}
    return Form.model_validate({**rest, "fields": listed})
