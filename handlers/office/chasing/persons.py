"""Who reports for a unit: post, name as given, phone if shared, and whether a message arrives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handlers.flow import Turn
from handlers.office.chasing.owed import Owed
from handlers.office.owing import Obligation
from handlers.roles import role_name
from storage import ways


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who reports for a unit."""

    post: str
    """"Trưởng xóm"."""
    name: str
    """As this person gave it."""
    phone: str
    """As it is dialled, or ""."""
    why: str
    """Why no message arrives; "" = it does."""


@dataclass(frozen=True, slots=True)
class Call:
    one: Obligation
    persons: tuple[Person, ...]


async def calls(turn: Turn, owed: Owed) -> list[Call]:
    """Every unit that owes, with everybody who reports for it."""
    persons = [h.person_id for one in owed.open_ones for h in owed.who(one.unit.id).holders]
    doors = await ways.to(turn.tx, persons)
    phones = {
        person: next((door.phone for door in through if door.phone), "")
        for person, through in doors.items()
    }
    return [Call(one, _persons(turn, owed, one, phones)) for one in owed.open_ones]


def without_phones(turn: Turn, owed: Owed, one: Obligation) -> tuple[Person, ...]:
    return _persons(turn, owed, one, {})


def _persons(
    turn: Turn, owed: Owed, one: Obligation, phones: Mapping[int, str]
) -> tuple[Person, ...]:
    who = owed.who(one.unit.id)
    return tuple(
        Person(
            post=role_name(turn, holder.role, one.unit.kind),
            name=holder.name or turn.text_of("roles.nameless"),
            phone=dialled(phones.get(holder.person_id, "")),
            why=who.why.get(holder.person_id, ""),
        )
        for holder in who.holders
    )


def dialled(phone: str) -> str:
    """84912345678 as it is dialled here: "0912 345 678"; what is none stays as it is."""
    local = f"0{phone[2:]}" if phone.startswith("84") else phone
    if len(local) != 10 or not local.isdecimal():
        return local
    return f"{local[:4]} {local[4:7]} {local[7:]}"


def said(turn: Turn, persons: Iterable[Person]) -> str:
    return "; ".join(
        turn.text_of(
            "chasing.calls_person",
            post=one.post,
            name=one.name,
            phone=turn.text_of("chasing.calls_phone", phone=one.phone) if one.phone else "",
            reach=one.why or turn.text_of("chasing.calls_reached"),
        )
        for one in persons
    )
