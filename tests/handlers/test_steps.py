"""What a stored conversation points at must exist for ever; who may enter is declared (A2, a3)."""

from pathlib import Path
from typing import Final

from handlers import FLOWS, texts
from handlers.flow import EVERYONE, Flows
from handlers.texts import linting

PERSISTED: Final = Path(__file__).parent / "persisted_steps.txt"
ROLES: Final = {"helper", "reporter", "head", "officer", "leader", "admin"}


def present() -> set[str]:
    return {f"{flow.name}.{name}" for flow in FLOWS for name in flow.steps}


def test_every_step_ever_released_still_resolves() -> None:
    released = set(PERSISTED.read_text("utf-8").split())
    assert not released - present(), "renamed? keep the old name: @flow.step(formerly=(...,))"


def test_every_step_is_on_record() -> None:
    """A new step is added to persisted_steps.txt in the change that makes it."""
    assert not present() - set(PERSISTED.read_text("utf-8").split())


def test_names_and_commands_are_unique() -> None:
    names = [flow.name for flow in FLOWS]
    commands = [flow.command for flow in FLOWS if flow.command]
    assert len(set(names)) == len(names)
    assert len(set(commands)) == len(commands)
    assert Flows(FLOWS)["menu"] is FLOWS[0]


def test_every_flow_declares_who_may_enter() -> None:
    for flow in FLOWS:
        assert flow.start is not None, flow.name
        assert flow.allow, flow.name
        assert flow.allow == EVERYONE or flow.allow <= ROLES, flow.name


def test_every_sentence_is_clean() -> None:
    """U1, U2, U15, U16."""
    assert linting.findings(texts.load()) == []


def test_a_value_is_never_a_template() -> None:
    """T28."""
    said = texts.Texts({"a.b": "Kính chào {name}."})
    assert said.say("a.b", name="{user.__class__} %s {name}") == (
        "Kính chào {user.__class__} %s {name}."
    )
