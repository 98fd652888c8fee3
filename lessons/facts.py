"""The register of facts (`facts.toml`): what a lesson may lean on, and what that lets it say."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from lessons.catalogue import FactId, Frozen, Text


class Fact(Frozen):
    id: FactId
    label: Literal["XN", "CN", "KD"]
    gist: Text
    allows: tuple[Text, ...] = ()
    ages: bool = False
    until_confirmed: bool = False


class Register(Frozen):
    facts: tuple[Fact, ...]


def load_facts(file: Path) -> Mapping[str, Fact]:
    """Read the register by id. Raises what tomllib and pydantic raise, ValueError for a double."""
    register = Register.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    facts = {fact.id: fact for fact in register.facts}
    if len(facts) < len(register.facts):
        raise ValueError("a fact id appears twice")
    return facts
