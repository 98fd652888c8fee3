"""Role x route x commune, generated from what the sections declare (A2, A3, T12, T13).

Everybody of the permission matrix has a session, however they came by it. Whoever may not is
answered byte for byte as if the address did not exist, and nothing changes.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

import pytest
from sqlalchemy import insert

from bot.gate import keyed_hash
from bot.web.admin.sections import SECTIONS
from bot.web.admin.visit import READERS, Route
from handlers.office.chasing import reminding
from storage import broadcasts, deadlines, reminder_pauses, tickets
from storage.deadlines import NewDeadline
from storage.tables import PageSession
from tests.handlers.office_matrix import PEOPLE, World, digests, settled
from tests.handlers.office_matrix_world import Side
from tests.page.desk import Desk, Page
from tests.talk import House

COMMUNE_OF: Final = {"": "home", "xa-hai": "far"}
OUT: Final = frozenset({"ended", "locked"})
PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "/nhac/dung/{id}/tiep": {"id": "pause"},
    "/nhac/han/{id}": {"id": "deadline"},
    "/nhac/han/{id}/thoi": {"id": "deadline"},
    "/nhac/han/{id}/xong": {"id": "deadline"},
    "/nhac/ngay/{period}": {"period": "=2026"},
    "/phien/{id}/dong": {"id": "session"},
    "/phieu/{id}": {"id": "form"},
    "/phieu/{id}/bang.xlsx": {"id": "form"},
    "/phieu/{id}/dong": {"id": "form"},
    "/phieu/{id}/nhac": {"id": "form"},
    "/phieu/{id}/nhap/{unit}": {"id": "form", "unit": "unit"},
    "/so/ghi/{kind}": {"kind": "=visit"},
    "/so/y-kien/{id}/bo": {"id": "point"},
    "/so/y-kien/{id}/loi": {"id": "point"},
    "/so/y-kien/{kind}/chon": {"kind": "=proposal"},
    "/so/{id}": {"id": "entry"},
    "/so/{id}/bo": {"id": "entry"},
    "/so/{id}/xem-lai": {"id": "visit"},
    "/thong-bao/{id}": {"id": "broadcast"},
    "/thong-bao/{id}/dung": {"id": "broadcast"},
    "/tien-do/{unit}": {"unit": "unit"},
    "/tien-do/{unit}/bo-danh-dau": {"unit": "exempt"},
    "/tien-do/{unit}/danh-dau": {"unit": "unit"},
    "/tong-hop/cap-tren/{period}": {"period": "=2026"},
    "/tong-hop/cap-tren/{period}/{id}/bo": {"period": "=2026", "id": "note"},
    "/hoi/{id}": {"id": "ticket"},
    "/bai/{lesson}": {"lesson": "=dan1-1"},
    "/nguoi/{role}/{act}": {"role": "role", "act": "=thu-hoi"},
}
"""Route -> what each part of its path is: of a `Side`, of `Theirs`, or "=" and a word."""
MORE: Final[Mapping[str, Mapping[str, str]]] = {
    "/nhac/ngay/{period}": {"ai": reminding.ALL},
    "/nhac/han/{id}/xong": {"noi": "unit"},
    "/tien-do/{unit}/bo-danh-dau": {"mark": "mark"},
}
"""Fields without which there is nothing to be found."""
FROM_A_LINK: Final = frozenset({"/tong-hop/so"})
"""Reached by a link that names a figure: followed in test_totals.py."""
_TOKENS: Final = re.compile(r'value="[0-9a-f]{32,64}"')


def routes() -> Iterator[Route]:
    for section in SECTIONS:
        yield from section.routes


def test_every_route_declares_who_may_and_its_parts_are_known() -> None:
    for route in routes():
        assert route.allow
        assert route.allow <= READERS, f"{route.path}: only those who may see the page at all"
        parts = set(re.findall(r"\{(\w+)\}", route.path))
        assert parts == set(PARTS.get(route.path, {})), f"add {route.path} to PARTS"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """One engine is enough here: the other runs the same questions in every other test."""
    return str(request.param)


@pytest.fixture
async def world(house: House) -> World:
    return await settled(house)


async def seated(world: World, who: str) -> tuple[Desk, int]:
    """A browser of this person with a session, as if the right had been there at the login."""
    talk = world.people[who]
    desk = await Desk.open(world.house)
    cookie = hashlib.sha256(who.encode()).hexdigest()[:43]
    now = world.house.clock.wall()
    actor = await talk.actor()
    row = {
        "key_hash": keyed_hash(world.house.app.secret, f"page session|{cookie}"),
        "person_id": actor.person_id,
        "account_id": actor.account_id,
        "chat": talk.address.chat,
        "browser": "Chrome",
        "created_at": now,
        "seen_at": now,
        "expires_at": now + timedelta(hours=8),
        "talk_version": 0,
    }
    async with world.house.app.database.transaction() as tx:
        number = await tx.scalar(insert(PageSession).values(row).returning(PageSession.id))
    desk.client.session.cookie_jar.update_cookies({"hvs_page": cookie}, desk.client.make_url("/"))
    desk.csrf = keyed_hash(world.house.app.secret, f"page form|{cookie}")
    return desk, int(number or 0)


def may(who: str, route: Route, side: Side) -> bool:
    role, unit = PEOPLE[who]
    return who not in OUT and role in route.allow and COMMUNE_OF.get(unit) == side.name


def can_enter(who: str) -> bool:
    role, unit = PEOPLE[who]
    return who not in OUT and role in READERS and unit in COMMUNE_OF


class Theirs(NamedTuple):
    """What there is to be looked at in one commune, beside what its `Side` has."""

    ticket: int
    role: int
    pause: int
    deadline: int
    broadcast: int
    unit: int
    """One that the quick form asks."""


@pytest.fixture
async def theirs(world: World) -> Mapping[str, Theirs]:
    found = {}
    for side, asker, holder in (
        (world.home, "resident", "head5"),
        (world.far, "far_head", "far_head"),
    ):
        actor = await world.people[asker].actor()
        held = await world.people[holder].actor()
        now = world.house.clock.wall()
        async with world.house.app.database.transaction() as tx:
            ticket = await tickets.add(
                tx,
                person_id=actor.person_id,
                account_id=actor.account_id,
                commune_id=side.commune,
                question="Xin hỏi lớp học tối nay?",
                now=now,
            )
            about: dict[str, Any] = {"commune_id": side.commune, "by": actor.person_id, "now": now}
            pause = await reminder_pauses.make(
                tx, unit_id=side.units["6"], about="report:2026", **about
            )
            new = NewDeadline(side.commune, "own", "", "Sơ kết", "", now.date() + timedelta(days=9))
            deadline = await deadlines.add(
                tx, new, units=[side.units["6"]], by=actor.person_id, now=now
            )
            broadcast = await broadcasts.add(
                tx,
                code=f"tb{side.commune:04}",
                text="Mời bà con đi học.",
                audience={},
                people=[actor.person_id],
                starts_at=now + timedelta(minutes=5),
                **about,
            )
        numbers = (ticket, held.grants[0].id, pause, deadline, broadcast, side.units["6"])
        found[side.name] = Theirs(*(number or 0 for number in numbers))
    return found


def filled(route: Route, side: Side, theirs: Mapping[str, Theirs], session: int) -> str:
    known = {"session": session, **theirs[side.name]._asdict()}
    parts = {
        name: what[1:] if what[0] == "=" else str(known.get(what) or getattr(side, what))
        for name, what in PARTS.get(route.path, {}).items()
    }
    return route.path.format(**parts)


def _field(side: Side, theirs: Mapping[str, Theirs], value: str) -> str:
    return str(getattr(theirs[side.name], value, getattr(side, value, value)))


def plain(page: Page) -> str:
    return _TOKENS.sub('value=""', page.html)


@pytest.mark.parametrize("who", PEOPLE)
async def test_role_by_route_by_commune(
    world: World, theirs: Mapping[str, Theirs], who: str
) -> None:
    desk, session = await seated(world, who)
    nowhere = await desk.get("/khong-co-trang-nay")
    refused: list[str] = []
    async with world.house.app.database.reading() as tx:
        before = await digests(tx)
    for route in routes():
        for side in (world.home, world.far):
            path = f"{filled(route, side, theirs, session)}?xa={side.commune}"
            if may(who, route, side):
                continue
            page = await (desk.get(path) if route.method == "GET" else desk.post(path))
            expected = (404 if can_enter(who) else 401, plain(nowhere))
            if (page.status, plain(page)) != expected:
                refused.append(f"{route.method} {path}: {page.status}")
    assert refused == []
    async with world.house.app.database.reading() as tx:
        assert await digests(tx) == before
    await desk.close()


@pytest.mark.parametrize("who", [who for who in PEOPLE if can_enter(who)])
async def test_whoever_may_is_let_through(
    world: World, theirs: Mapping[str, Theirs], who: str
) -> None:
    desk, session = await seated(world, who)
    wrong: list[str] = []
    for route in sorted(routes(), key=lambda one: one.method):
        for side in (world.home, world.far):
            if not may(who, route, side) or route.path in FROM_A_LINK:
                continue
            path = f"{filled(route, side, theirs, session)}?xa={side.commune}"
            asked = MORE.get(route.path, {})
            more = {name: _field(side, theirs, value) for name, value in asked.items()}
            page = await (desk.get(path) if route.method == "GET" else desk.post(path, **more))
            if page.status in (401, 403, 404) or page.status >= 500:
                wrong.append(f"{route.method} {path}: {page.status}")
    # Ending one's own session is the last thing one does.
    assert "\n".join(one for one in wrong if "/phien" not in one) == ""
    await desk.close()


@pytest.mark.parametrize("who", [who for who in PEOPLE if can_enter(who)])
async def test_what_belongs_to_the_other_commune_is_not_there(
    world: World, theirs: Mapping[str, Theirs], who: str
) -> None:
    """T13: an id of the other commune under one's own."""
    desk, session = await seated(world, who)
    own = world.home if COMMUNE_OF[PEOPLE[who][1]] == "home" else world.far
    other = world.far if own is world.home else world.home
    async with world.house.app.database.reading() as tx:
        before = await digests(tx)
    wrong: list[str] = []
    for route in routes():
        if not set(Theirs._fields) & set(PARTS.get(route.path, {}).values()):
            continue  # its own sessions, or what is the same for all
        path = f"{filled(route, other, theirs, session)}?xa={own.commune}"
        page = await (desk.get(path) if route.method == "GET" else desk.post(path))
        if page.status != 404:
            wrong.append(f"{route.method} {path}: {page.status}")
    assert wrong == []
    async with world.house.app.database.reading() as tx:
        assert await digests(tx) == before
    await desk.close()
