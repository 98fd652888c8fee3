"""The permission matrix of an officer's year: role x act x commune, every cell tried (A2, A3, T13).

The table was written out from design §3, §5 and issue 7 before the code was read. A column is a
person, a row an act, and a cell says about what the person may do it:
"H" anything of xã Giao Minh · "F" anything of the commune beside it · "5", "6", "S" that unit of
xã Giao Minh alone (Xóm 5, Xóm 6, a school) · "f", "g" two of the other commune · "." nothing.
What is not in the cell must be refused, and must leave every table as it was.
"""

import random
from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest

from tests.conftest import MakeHouse
from tests.handlers import office_matrix_acts as acts
from tests.handlers import office_matrix_more as more
from tests.handlers.office_matrix import PEOPLE, Attempt, Target, World, settled, tried

DESK: Final = ". . . . . . . . H H . F F ."
READERS: Final = ". . . . . H . . H H . F F ."
ENTERING: Final = ". 5 . . . . . . H H . F F ."
ITS_OWN: Final = ". . S 5 6 . . . . . f . . g"
"""Columns as in `PEOPLE`: resident helper reporter head5 head6 leader ended locked officer admin,
then far_head far_officer far_admin far_head6."""
FIRST_OWN: Final = ". . . 5 . . . . . . f . . ."
"""Only these units have sent anything they could take back."""


class Act(NamedTuple):
    may: str
    do: Attempt
    parts: str = "commune"
    """What of the target the act takes; each may come from either commune."""
    audit: str = ""
    """How the act is called in the audit; "" = it shows, or is a person's own matter."""
    letters: str = "5"
    """Which units it is tried on, where it is about one."""


ACTS: Final = {
    "see who owes": Act(DESK, acts.see_owing),
    "call list in the chat": Act(DESK, acts.see_call_list, audit="call_list.shown"),
    "call list as a file": Act(DESK, acts.order_call_list, audit="call_list.shown"),
    "mark paper": Act(DESK, acts.marking("paper"), "commune unit", "mark.made", "6S"),
    "mark extended": Act(DESK, acts.marking("extended"), "commune unit", "mark.made", "6S"),
    "mark exempt": Act(DESK, acts.marking("exempt"), "commune unit", "mark.made", "6S"),
    "end a mark": Act(DESK, acts.end_mark, "commune mark", "mark.ended"),
    "remind all": Act(DESK, acts.remind, audit="units.reminded"),
    "remind a unit": Act(DESK, acts.remind_by_rule, "commune unit", "units.reminded", "6"),
    "invite a reporter": Act(DESK, acts.invite, "commune unit", "invite.made", "56S"),
    "enter by phone": Act(ENTERING, acts.sending("phone"), "unit", "report.", "56S"),
    "enter from paper": Act(ENTERING, acts.sending("paper"), "unit", "report.", "56S"),
    "send its own": Act(ITS_OWN, acts.sending("unit"), "unit", "report.", "56S"),
    "take its own back": Act(FIRST_OWN, acts.withdraw, "unit", "report.withdrawn", "56S"),
    "accept": Act(DESK, acts.accept, "commune report", "report.accepted"),
    "accept many": Act(DESK, acts.accept_all, "commune report", "report.accepted"),
    "return": Act(DESK, acts.give_back, "commune report", "report.returned"),
    "freeze": Act(DESK, acts.freeze, audit="period.frozen"),
    "reopen": Act(DESK, acts.reopen, audit="period.reopened"),
    "make a quick form": Act(DESK, acts.ask_quickly, "commune unit", "quick.sent", "56S"),
    "see a quick form": Act(DESK, acts.see_form, "form"),
    "remind of a quick form": Act(DESK, acts.quick_press("nudge"), "form", "units.reminded"),
    "quick form as .xlsx": Act(DESK, acts.quick_press("excel"), "form"),
    "close a quick form": Act(DESK, acts.close, "form", "quick.closed"),
    "answer a quick form": Act(ITS_OWN, acts.answering("unit"), "form unit", "quick.", "56S"),
    "enter an answer (phone)": Act(DESK, acts.answering("phone"), "form unit", "quick.", "56S"),
    "enter an answer (paper)": Act(DESK, acts.answering("paper"), "form unit", "quick.", "56S"),
    "add an entry": Act(DESK, more.write_entry, "commune unit", "register.written", "56S"),
    "correct an entry": Act(
        DESK, more.correct_entry, "commune unit entry", "register.corrected", "56S"
    ),
    "see an entry": Act(DESK, more.see_entry, "entry"),
    "an entry is done": Act(DESK, more.done_entry, "visit", "register.done"),
    "remove an entry": Act(DESK, more.remove_entry, "entry", "register.removed"),
    "see points": Act(DESK, more.see_points),
    "pick a point": Act(DESK, more.pick, "commune key", "point.collected"),
    "rewrite a point": Act(DESK, more.rewrite, "commune point", "point.rewritten"),
    "remove a point": Act(DESK, more.remove_point, "commune point", "point.removed"),
    "put before UBND": Act(DESK, more.submit_point, "commune point", "point.submitted"),
    "write a decision down": Act(DESK, more.decide, "commune submitted", "point.decided"),
    "see totals": Act(READERS, more.see_totals),
    "totals as .xlsx": Act(READERS, more.yearly_press("sheet")),
    "Word": Act(DESK, more.word, audit="letter.ordered"),
    "Word, pressed": Act(DESK, more.yearly_press("letter"), audit="letter.ordered"),
    "change a sentence": Act(DESK, more.change_frame, audit="frame.changed"),
    "reset a sentence": Act(DESK, more.reset_frame, audit="frame.reset"),
    "note an onward report": Act(DESK, more.note_onward, audit="onward.noted"),
    "remove an onward report": Act(DESK, more.remove_onward, "commune note", "onward.removed"),
    "write an import": Act(DESK, more.write_import, "commune waiting", "figures.imported"),
    "undo an import": Act(DESK, more.undo_import, "commune written", "figures.undone"),
    "write an import, pressed": Act(DESK, more.press_import, "waiting", "figures.imported"),
    "undo an import, pressed": Act(DESK, more.press_undo, "written", "figures.undone"),
    "a unit's difficulty": Act(ITS_OWN, more.unit_difficulty, "unit", "difficulty.told", "56S"),
}


def may(act: Act, who: str, at: Target) -> bool:
    """What the table says of this person, this act and this target; mixtures are nobody's."""
    side = at.one_side
    cell = act.may.split()[list(PEOPLE).index(who)]
    if side is None or cell == ".":
        return False
    if cell in "HF":
        return side.name == {"H": "home", "F": "far"}[cell]
    if cell in "fg":
        return side.name == "far" and at.letter == {"f": "5", "g": "6"}[cell]
    return side.name == "home" and at.letter == cell


async def wrong(world: World, name: str, who: str, at: Target) -> str:
    """What is not as the table says, in words; "" if all is."""
    act = ACTS[name]
    came = await tried(world, who, act.do, at)
    where = "+".join(f"{part}:{side.name}" for part, side in at.parts.items())
    cell = f"{who} / {name} / {where} {at.letter}"
    if not may(act, who, at):
        return f"{cell}: not refused, {came}" if came.did else ""
    if not came.did:
        return f"{cell}: refused, {came}"
    role = PEOPLE[who][0]
    audited = any(one.startswith(act.audit) and by == role for one, by in came.acts)
    return "" if audited or not act.audit else f"{cell}: not audited as {role}, {came}"


def targets(world: World, act: Act) -> Iterator[Target]:
    """All of one commune, then all of the other."""
    letters = act.letters if "unit" in act.parts else act.letters[:1]
    for side in (world.home, world.far):
        for letter in letters:
            yield Target(dict.fromkeys(act.parts.split(), side), letter)


def assert_all_as_said(found: list[str]) -> None:
    """One line for each cell that is not: a diff of the lists would say less, and take minutes."""
    assert found, "nothing was tried"
    if findings := [one for one in found if one]:
        pytest.fail("\n".join(findings), pytrace=False)


@pytest.fixture
async def world(a_house: MakeHouse) -> World:
    return await settled(await a_house(public_url="https://xa.example"))


RULES: Final = [name for name in ACTS if name != "remind a unit"]
OUTSIDE: Final = [who for who in PEOPLE if who != "locked"]


async def test_a2_every_cell_is_as_the_table_says(world: World) -> None:
    """A2, A3, A5: what may be done is done and audited in its role, the rest leaves no trace."""
    found = [
        await wrong(world, name, who, at)
        for name in RULES
        for who in OUTSIDE
        for at in targets(world, ACTS[name])
    ]
    assert_all_as_said(found)


async def test_t15_a_locked_officer_is_refused_by_every_rule(world: World) -> None:
    """T15, A3: "the roles stay on paper but work no more", for the page and jobs as in the chat."""
    found = [
        await wrong(world, name, "locked", at)
        for name, act in ACTS.items()
        for at in targets(world, act)
    ]
    assert_all_as_said(found)


async def test_a3_reminding_asks_for_the_right_itself(world: World) -> None:
    """A3, A5: `nudge` writes and is audited, so it asks who acts, whoever calls it."""
    act = ACTS["remind a unit"]
    found = [
        await wrong(world, "remind a unit", who, at)
        for who in OUTSIDE
        for at in targets(world, act)
    ]
    assert_all_as_said(found)


@pytest.mark.parametrize("seed", [7])
async def test_t13_no_number_of_another_commune_lends_a_right(world: World, seed: int) -> None:
    """T13: 240 attempts with parts of both communes mixed by chance."""
    chance = random.Random(seed)
    found = []
    for _ in range(240):
        name = chance.choice(RULES)
        act = ACTS[name]
        parts = {part: chance.choice((world.home, world.far)) for part in act.parts.split()}
        at = Target(parts, chance.choice(act.letters))
        found.append(await wrong(world, name, chance.choice(OUTSIDE), at))
    assert_all_as_said(found)


async def test_t13_every_mixture_is_refused_to_every_desk(world: World) -> None:
    """T13: a rightful officer with one number of the other commune among the own ones."""
    found = [
        await wrong(world, name, who, at)
        for name, act in ACTS.items()
        if " " in act.parts
        for who, at in mixtures(world, act)
    ]
    assert_all_as_said(found)


def mixtures(world: World, act: Act) -> Iterator[tuple[str, Target]]:
    parts = act.parts.split()
    for odd in parts:
        for who, mine, other in (
            ("officer", world.home, world.far),
            ("far_admin", world.far, world.home),
        ):
            mixed = {part: other if part == odd else mine for part in parts}
            yield who, Target(mixed, act.letters[0])
