"""How complete the reports of a period are, by duty and by kind of unit. Pure.

Duties are never mixed in one figure; who is exempt is in no sum (design §3, §5).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from handlers.office.owing import DUTIES, Obligation, Standing
from handlers.texts import Texts
from handlers.words import few_of, say_number

_DONE: Final = frozenset({Standing.SENT, Standing.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the units of one duty, or of one kind among them."""

    asked: int
    sent: int
    """Figures or a signed copy came, and nothing more is asked."""
    on_time: int
    waiting: int
    """Sent, and no officer has received it."""
    returned: int
    paper: int
    exempt: int

    def say(self, texts: Texts) -> str:
        """Say it as "đã nộp 12/25, đúng hạn 10, chờ duyệt 3"; what is nought is left out."""
        found = [texts.say("review.sent_of", sent=self.sent, of=self.asked)]
        found += [
            texts.say(f"review.count_{name}", count=say_number(count))
            for name in ("on_time", "waiting", "returned", "paper", "exempt")
            if (count := getattr(self, name))
        ]
        return ", ".join(found)


@dataclass(frozen=True, slots=True)
class Group:
    duty: str
    kind: str
    """"" = all kinds of this duty."""
    progress: Progress


def by_duty(
    obligations: Sequence[Obligation], *, late: Collection[int], zone: tzinfo
) -> list[Group]:
    """One group for each duty that anybody has. `late`: ids of reports marked as late."""
    found = ((duty, [one for one in obligations if one.duty == duty]) for duty in DUTIES)
    return [
        Group(duty, "", progress(theirs, late=late, zone=zone)) for duty, theirs in found if theirs
    ]


def by_kind(
    obligations: Sequence[Obligation], *, late: Collection[int], zone: tzinfo
) -> list[Group]:
    """One group for each kind of unit within each duty, in the order they come in."""
    pairs = dict.fromkeys((one.duty, one.unit.kind) for one in obligations)
    return [
        Group(duty, kind, progress(_of(obligations, duty, kind), late=late, zone=zone))
        for duty, kind in pairs
    ]


def _of(obligations: Iterable[Obligation], duty: str, kind: str) -> list[Obligation]:
    return [one for one in obligations if (one.duty, one.unit.kind) == (duty, kind)]


def progress(obligations: Sequence[Obligation], *, late: Collection[int], zone: tzinfo) -> Progress:
    def count(*standings: Standing) -> int:
        return sum(one.standing in standings for one in obligations)

    return Progress(
        asked=len(obligations) - count(Standing.EXEMPT),
        sent=sum(one.has_reported for one in obligations),
        on_time=sum(_is_on_time(one, late, zone) for one in obligations),
        waiting=count(Standing.SENT),
        returned=count(Standing.RETURNED),
        paper=count(Standing.PAPER),
        exempt=count(Standing.EXEMPT),
    )


def _is_on_time(one: Obligation, late: Collection[int], zone: tzinfo) -> bool:
    """By the mark that sending set on the version that counts; a signed copy by its day."""
    if one.standing is Standing.PAPER:
        marks = [mark for mark in one.marks if mark.kind == "paper"]
        return any(mark.made_at.astimezone(zone).date() <= one.due for mark in marks)
    if one.report is None or one.standing not in _DONE:
        return False
    return one.report.id not in late


# --- what is still open --------------------------------------------------------------------------


def still_open(
    obligations: Iterable[Obligation], *, ended: Iterable[tuple[str, str, str]] = ()
) -> dict[tuple[str, str], list[str]]:
    """(what is open, duty) -> names: "owes", "waiting", "returned", "paper"; none is empty.

    `ended`: (what is open, duty, name) of units that are no more. Who was only invited owes
    nothing (design §5).
    """
    found: dict[tuple[str, str], list[str]] = {}
    ways = {
        Standing.OWES: "owes",
        Standing.SENT: "waiting",
        Standing.RETURNED: "returned",
        Standing.PAPER: "paper",
    }
    for one in obligations:
        is_invited = one.standing is Standing.OWES and one.duty == "encouraged"
        if one.standing in ways and not is_invited:
            found.setdefault((ways[one.standing], one.duty), []).append(one.name)
    for what, duty, name in ended:
        found.setdefault((what, duty), []).append(name)
    return dict(sorted(found.items(), key=lambda pair: list(ways.values()).index(pair[0][0])))


def listed(texts: Texts, names: Sequence[str], *, letters: int) -> str:
    """Names as long as they fit, then how many more there are."""
    shown, more = few_of(names, letters)
    return texts.say("review.and_more", names=shown, count=more) if more else shown
