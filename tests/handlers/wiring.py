"""The flows of this feature, for as long as a house is built without them."""

import pytest

from bot import app
from handlers import admin, danger, mydata, roles, tickets
from handlers.flow import EVERYONE, Flow, Outcome, Turn

_learning = Flow("learning", allow=EVERYONE)


@_learning.entry
async def _learn(turn: Turn) -> Outcome:
    return turn.say("menu.learning")


@pytest.fixture(autouse=True)
def wired(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {flow.name for flow in app.FLOWS}
    ours = (roles.flow, admin.flow, tickets.flow, danger.flow, mydata.flow, _learning)
    missing = tuple(flow for flow in ours if flow.name not in known)
    monkeypatch.setattr(app, "FLOWS", (*app.FLOWS, *missing))
