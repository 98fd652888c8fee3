"""What a conversation is made of: flows, steps, and the turn that a step decides (style a3)."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Any, Final

from handlers.joining_links import Doors
from handlers.messages import Choice, HandedIn, Incoming, Outgoing
from handlers.texts import Texts
from handlers.words.text import fold
from lessons.catalogue import Catalogue
from storage.conversations import State
from storage.database import Transaction
from storage.people import Actor

StepFunction = Callable[["Turn"], Awaitable["Outcome"]]

EVERYONE: Final[frozenset[str]] = frozenset({"everyone"})


@dataclass(frozen=True, slots=True)
class Step:
    """One place where a conversation can stand. `flow` and `name` are stored: a contract (a3)."""

    flow: str
    name: str
    run: StepFunction
    reads: str = ""
    """"" = only the offered choices; else what it reads: text, name, number. It owns 0…"""
    exact: frozenset[str] = frozenset()
    """Keys that a typing error must never hit: delete, revoke, send to all (N12)."""
    yes: str = ""
    no: str = ""
    """Keys that a plain "rồi", "được", "chưa", "để sau" mean here; "" = none."""
    letters: bool = False
    """The answers of a quiz: "b" is the second, as on paper."""
    says: Mapping[str, Collection[str]] = field(default_factory=dict, compare=False)
    """Whole answers in words, "nhắc" at "Có nhắc không?", and the keys of which the one that is
    offered is meant."""

    async def __call__(self, turn: "Turn") -> "Outcome":
        return await self.run(turn)


class Flow:
    """A named conversation: who may enter it, by which words, and its steps.

    `allow` is a set of role words, or `EVERYONE`; whoever is not allowed is answered exactly as if
    the flow did not exist (T12).
    """

    def __init__(
        self,
        name: str,
        *,
        allow: Collection[str],
        command: str = "",
        words: Iterable[str] = (),
        menu: str = "",
        offered_to: Collection[str] = (),
        keeps_attention: bool = False,
    ) -> None:
        self.name = name
        self.allow = frozenset(allow)
        self.command = command
        self.words = tuple(words)
        self.menu = menu
        """Id of the short text that names this flow in menus; "" = in none."""
        self.offered_to = frozenset(offered_to) or self.allow
        """Whose menu names it: others who are allowed come to it another way."""
        self.keeps_attention = keeps_attention
        """While one of its questions is open, only exact words lead elsewhere: no other flow claims
        an answer as a sentence of its own, and no near miss of a command is followed."""
        self.steps: dict[str, Step] = {}
        self.start: StepFunction | None = None
        self.recap: Callable[[Turn], Outgoing | None] | None = None
        """Says what was being done, for somebody who comes back after a while (U10)."""
        self.claims: Callable[[Turn], Awaitable[bool]] | None = None
        """Knows a sentence of its own where nothing else understood it; `start` then reads it."""
        self.receivers: dict[str, Callable[[Turn, HandedIn], Awaitable[Outcome]]] = {}
        """What hears of a handed-in file, by the first word of its purpose ("sheet:12")."""

    def step(
        self,
        *,
        reads: str = "",
        exact: Iterable[str] = (),
        yes: str = "",
        no: str = "",
        letters: bool = False,
        says: Mapping[str, Collection[str]] | None = None,
        formerly: Iterable[str] = (),
    ) -> Callable[[StepFunction], Step]:
        """Make a function a step named after itself; `formerly` keeps names of past releases."""

        def register(function: StepFunction) -> Step:
            name = getattr(function, "__name__", "step")
            made = Step(
                self.name, name, function, reads, frozenset(exact), yes, no, letters, says or {}
            )
            for known_as in (name, *formerly):
                if known_as in self.steps:
                    raise ValueError(f"{self.name}.{known_as} exists twice")
                self.steps[known_as] = made
            return made

        return register

    def entry(self, function: StepFunction) -> StepFunction:
        """Mark the function that begins the flow; the command's arguments are `turn.text`."""
        self.start = function
        return function

    def claim(
        self, function: Callable[["Turn"], Awaitable[bool]]
    ) -> Callable[["Turn"], Awaitable[bool]]:
        """Mark the function that knows this flow's own sentences ("tối qua có 35 người học")."""
        self.claims = function
        return function

    def receive(
        self, purpose: str
    ) -> Callable[
        [Callable[["Turn", HandedIn], Awaitable["Outcome"]]],
        Callable[["Turn", HandedIn], Awaitable["Outcome"]],
    ]:
        """Mark the function that hears of files handed in for `purpose`, at any moment."""

        def register(
            function: Callable[["Turn", HandedIn], Awaitable["Outcome"]],
        ) -> Callable[["Turn", HandedIn], Awaitable["Outcome"]]:
            self.receivers[purpose] = function
            return function

        return register

    def behind(self, text: str) -> str:
        """What stands behind this flow's own words: "xom 5" of "thong ke xom 5"; "" for nothing."""
        folded = fold(text)
        for word in map(fold, self.words):
            if " " in word and folded.startswith(f"{word} "):
                left = len(folded.removeprefix(word).split())
                return " ".join(text.split()[-left:])
        return ""

    def allows(self, actor: Actor) -> bool:
        return self.allow == EVERYONE or actor.has_role(*self.allow)

    def is_offered(self, actor: Actor) -> bool:
        """Whether it stands in this person's menu."""
        return bool(self.menu) and (self.offered_to == EVERYONE or actor.has_role(*self.offered_to))


class Flows:
    """All flows; written out in handlers/__init__.py."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        self._by_name = {flow.name: flow for flow in flows}
        self._by_command = {flow.command: flow for flow in flows if flow.command}

    def __iter__(self) -> Any:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Flow:
        return self._by_name[name]

    def commanded(self, command: str, actor: Actor) -> Flow | None:
        """The flow of a slash command, or None, also when this person may not know of it."""
        flow = self._by_command.get(command)
        return flow if flow is not None and flow.allows(actor) else None

    def find(self, state: State, actor: Actor) -> Step | None:
        """The step a stored conversation stands at.

        None if no release knows it any more, or if the right to be there has ended (A3, T41).
        """
        return self.at(state.flow, state.step, actor)

    def at(self, flow_name: str, step: str, actor: Actor) -> Step | None:
        """The same for a place that a button or a way back leads to."""
        flow = self._by_name.get(flow_name)
        return flow.steps.get(step) if flow and flow.allows(actor) else None

    def open_to(self, actor: Actor) -> list[Flow]:
        return [flow for flow in self if flow.allows(actor)]


@dataclass(frozen=True, slots=True)
class House:
    """What every turn may read and none may change while the process runs."""

    flows: Flows
    texts: Texts
    lessons: Catalogue
    timezone: tzinfo
    channels: tuple[str, ...] = ()
    """Names of the channels that are on; a channel that is off appears in no text."""
    sample: bool = False
    file_address: str = ""
    """What a one-time link to a file begins with; "" = nobody can reach our pages."""
    page_address: str = ""
    """What a one-time link to the admin page begins with; "" = nobody can reach it."""
    find_doors: Callable[[], Doors] = Doors
    reminders: tuple[Callable[["Scene", int], Awaitable[Any]], ...] = ()
    """The kinds of reminders (`handlers.reminding.due.Kind`)."""

    @property
    def telegram_link(self) -> str:
        """https://t.me/<bot>?start=, or empty while Telegram is off or has not said its name."""
        return self.doors.telegram

    @property
    def doors(self) -> Doors:
        """What the links of the channels that are on begin with."""
        return self.find_doors()


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to somebody who is not speaking now; `key` makes it unique for ever."""

    person_id: int
    message: Outgoing
    key: str
    account_id: int = 0
    """0 = wherever the policy finds this person; else this account and no other."""
    kind: str = "notice"
    """"reminder": looked at again, and said anew, right before it is sent (R17)."""
    expires_at: datetime | None = None
    """The domain's clock; None = a week."""
    not_before: datetime | None = None
    """The domain's clock; None = at once."""


@dataclass(frozen=True, slots=True)
class Order:
    """Something slow to make, that is sent to whoever asked for it when it is there (U14)."""

    kind: str
    """One of the kinds of `bot/workshop.py`."""
    body: Mapping[str, Any]
    """All that its maker needs, as JSON: made of the same figures as the words of this turn."""
    name: str
    """The file's, as the person will see it."""
    message: Outgoing
    """What is sent with it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step decided: what is said, and which step hears the answer."""

    messages: tuple[Outgoing, ...] = ()
    hear: Step | None = None
    """None: the conversation rests."""
    draft: Mapping[str, Any] | None = None
    """None: as it was, while the flow goes on."""
    missed: bool = False
    """The answer was not understood: the same question, one miss more (U5)."""
    aside: bool = False
    """Said in passing: the open question stays and is asked again."""
    brief: bool = False
    """A long page is not repeated then: it is named, with its choices."""
    pushes: bool = False
    """The open question is kept for "quay lại", though another flow begins."""
    keeps: bool = False
    """Nothing of the conversation changes: neither its question nor its draft."""
    goes_on_with: str = ""
    """Name of the flow that begins in the same turn."""

    def then(self, flow: str) -> "Outcome":
        """After these messages begin another flow, in the same turn."""
        return replace(self, goes_on_with=flow)


@dataclass(slots=True)
class Scene:
    """A moment with the database open: what somebody may read and say then, asked or unasked."""

    now: datetime
    """The domain's clock, aware UTC."""
    tx: Transaction
    house: House

    @property
    def today(self) -> date:
        return self.now.astimezone(self.house.timezone).date()

    def text_of(self, text_id: str, /, **values: object) -> str:
        return self.house.texts.say(text_id, **values)

    def message(
        self,
        text_id: str,
        /,
        *,
        choices: Iterable[str | Choice] = (),
        heading: str = "",
        **values: object,
    ) -> Outgoing:
        """One message. A choice given as a text id has the id's last word as its key."""
        return Outgoing(
            self.text_of(text_id, **values), heading, choices=tuple(self._choices(choices))
        )

    def _choices(self, choices: Iterable[str | Choice]) -> Iterable[Choice]:
        for choice in choices:
            if isinstance(choice, Choice):
                yield choice
            else:
                yield Choice(choice.rpartition(".")[2], self.text_of(choice))


@dataclass(slots=True)
class Turn(Scene):
    """One event of one person, with everything a step may know or touch (R5)."""

    event: Incoming
    state: State
    actor: Actor
    keyed_hash: Callable[[str], str]
    """One-way and keyed with the house's secret: how codes are stored."""
    entropy: Callable[[int], bytes]
    text: str = ""
    """What the person typed, cleaned; for an entry step what followed the command."""
    choice: str = ""
    """Key of the offered choice that was pressed, numbered or named."""
    about: str = ""
    """The id a notice's button was about."""
    mails: list[Mail] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    regrouped: bool = False
    """Who is who has changed in this turn: the rest of its batch is read again (R4)."""

    @property
    def draft(self) -> dict[str, Any]:
        return self.state.draft

    def say(self, text_id: str, /, **values: object) -> Outcome:
        """Say something and rest."""
        return Outcome((Outgoing(self.text_of(text_id, **values)),))

    def ask(
        self,
        text_id: str,
        /,
        *,
        hear: Step,
        choices: Iterable[str | Choice] = (),
        draft: Mapping[str, Any] | None = None,
        heading: str = "",
        before: Sequence[Outgoing] = (),
        **values: object,
    ) -> Outcome:
        """Ask one question, perhaps after other messages; `hear` gets the answer."""
        question = self.message(text_id, choices=choices, heading=heading, **values)
        return Outcome((*before, question), hear, draft)

    def ask_again(self, text_id: str, /, **values: object) -> Outcome:
        """The answer could not be used: say why, with an example; the question stays (U5)."""
        return Outcome((Outgoing(self.text_of(text_id, **values)),), missed=True)

    def aside(self, text_id: str, /, **values: object) -> Outcome:
        return Outcome((Outgoing(self.text_of(text_id, **values)),), aside=True)

    def has_agreed(self) -> None:
        """Consent was stored in this very turn: what follows in it may count on it."""
        self.actor = replace(self.actor, consents=self.actor.consents | {"learning"})

    def now_lives_in(self, unit_id: int) -> None:
        """The hamlet was stored in this very turn."""
        self.actor = replace(self.actor, unit_id=unit_id)

    def tell(
        self,
        person_id: int,
        message: Outgoing,
        *,
        key: str,
        account_id: int = 0,
        not_before: datetime | None = None,
    ) -> None:
        """Send somebody else a notice, once (`key`)."""
        self.mails.append(Mail(person_id, message, key, account_id, not_before=not_before))

    def order(self, kind: str, body: Mapping[str, Any], *, name: str, message: Outgoing) -> None:
        """Have something slow made after this turn, and sent here with `message`, once.

        A picture is shown with the message, anything else goes as its document. By then something
        else may be asked: the message has choices only as a notice has them.
        """
        if message.choices and message.notice is None:
            raise ValueError(f"{kind}: what comes later asks nothing")
        self.orders.append(Order(kind, body, name, message))
