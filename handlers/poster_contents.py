"""The words of posters and of a session's sheet, for a commune and the channels that are on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, Literal, NamedTuple

from handlers.documents.joining import Code, Poster, Posters, SessionSheet
from handlers.joining_links import Doors, Entrance, Way, ways
from handlers.texts import Texts

Paper = Literal["a4", "a3"]
_ZALO: Final = frozenset({"zalo_oa", "zalo_bot"})


class Site(NamedTuple):
    """What one poster is for."""

    name: str
    """A name nobody else has."""
    entrance: Entrance


class Meeting(NamedTuple):
    """What the sheet of a session tells; "" = not said."""

    title: str
    lesson: str
    where: str
    when: str


class Printing(NamedTuple):
    """What all pages of a commune share."""

    texts: Texts
    doors: Doors
    settings: Mapping[str, Any]
    """The commune's."""


def posters(printing: Printing, sites: Sequence[Site], *, paper: Paper) -> dict[str, Any]:
    """`documents.joining.Posters` as JSON."""
    say, commune = printing.texts.say, str(printing.settings.get("name") or "")
    more = {
        "title": say("posters.title"),
        "what": say("posters.what", commune=commune),
        "say": say("posters.say"),
        "office": _office(printing),
    }
    pages = tuple(
        Poster(site.name, site.entrance.typed, *_in(printing, site.entrance)) for site in sites
    )
    return asdict(Posters(paper, _sample(printing), _shared(printing) | more, pages))


def session_sheet(printing: Printing, meeting: Meeting, entrance: Entrance) -> dict[str, Any]:
    """`documents.joining.SessionSheet` as JSON."""
    more = {
        "say": printing.texts.say("posters.session_say"),
        "heads": printing.texts.say("posters.heads"),
        "heads_how": printing.texts.say("posters.heads_how"),
        **meeting._asdict(),
    }
    codes, steps = _in(printing, entrance)
    words = _shared(printing) | more
    return asdict(SessionSheet(_sample(printing), words, entrance.typed, codes, steps))


def _shared(printing: Printing) -> dict[str, str]:
    say = printing.texts.say
    return {
        "movement": say("posters.movement"),
        "commune": say("posters.commune", commune=printing.settings.get("name") or ""),
        "safe": say("posters.safe"),
    }


def _sample(printing: Printing) -> str:
    return printing.texts.say("posters.sample") if printing.settings.get("sample") else ""


def _office(printing: Printing) -> str:
    office = str(printing.settings.get("office") or "")
    phone = str(printing.settings.get("office_phone") or "")
    if not office:
        return ""
    text_id = "posters.office" if phone else "posters.office_only"
    return printing.texts.say(text_id, office=office, phone=phone)


def _in(printing: Printing, entrance: Entrance) -> tuple[tuple[Code, ...], tuple[str, ...]]:
    """The QR of every channel, and at most three steps that are true for all of them."""
    open_ = ways(printing.doors, entrance)
    say = printing.texts.say
    codes = tuple(
        Code(way.link, say(f"posters.{way.channel}"), _then(printing, way, entrance))
        for way in open_
    )
    steps = (_scan(open_), "posters.type", "posters.follow")
    return codes, tuple(say(step, typed=entrance.typed) for step in steps)


def _then(printing: Printing, way: Way, entrance: Entrance) -> str:
    step = f"posters.then_{way.channel}" if way.carries else "posters.then_type"
    return printing.texts.say(step, typed=entrance.typed)


def _scan(open_: Sequence[Way]) -> str:
    match open_:
        case []:
            return "posters.find"
        case [way]:
            return "posters.scan_zalo" if way.channel in _ZALO else "posters.scan_one"
    return "posters.scan_any"
