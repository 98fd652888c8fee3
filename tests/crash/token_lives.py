"""A thousand lives of the tokens, with something going wrong at every step (R22-R24).

Some ordinary days, one to three faults, restarts on the same memory, and then peace. The oracle is
the platform: which refresh token is good now, and whether its answer could have been committed.
"""

import asyncio
import contextlib
import random
from datetime import timedelta
from typing import Any, Final

from bot.channels.base import ChannelDown
from bot.channels.zalo_oa import pairs
from bot.channels.zalo_oa.pairs import Pair, Standing
from tests.crash.token_faults import (
    APP,
    CODE_VERIFIER,
    FAULTS,
    SECRET,
    START,
    Crash,
    Fault,
    Program,
    Shared,
    a_platform,
)
from tests.zalo_oa_tokens import TokenAuthority

_FALSE_ALARM: Final[frozenset[Fault]] = frozenset({"another meanwhile"})
"""Who stands still for a minute between answer and commit is taken for dead, until it wakes up."""


class Life:
    """One trial."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.chance = shared.chance
        self.seed = ""
        self.programs: list[Program] = []
        self.faults: list[Fault] = []
        self.restores: dict[str, str] | None = None

    async def begin(self) -> None:
        first = self.shared.authority.seed()
        if self.chance.random() < 0.3:
            self.seed = first.refresh
        else:
            pair = Pair(first.access, first.refresh, START, START + timedelta(seconds=first.life))
            self.shared.facts[pairs.PAIR] = pair.json()
        count = self.chance.choice((1, 1, 2))
        self.programs = [Program(self.shared, seed=self.seed) for _ in range(count)]

    async def day(self) -> None:
        """Some hours pass, and every program works; who is dead is started again."""
        self.shared.at += timedelta(hours=self.chance.uniform(1, 30))
        await self._all_work()

    async def _all_work(self) -> None:
        done = await asyncio.gather(
            *(program.works() for program in self.programs), return_exceptions=True
        )
        for error in done:
            if error is not None and not isinstance(error, Crash):
                raise error
        self.programs = [
            Program(self.shared, seed=self.seed) if program.is_dead else program
            for program in self.programs
        ]

    async def settles(self) -> None:
        """No more faults: minutes pass until nothing is left to do."""
        for _ in range(15):
            self.shared.at += timedelta(minutes=1)
            await self._all_work()

    def plan(self, fault: Fault) -> None:
        self.faults.append(fault)
        program = self.chance.choice(self.programs)
        program.line.fault = program.memory.fault = fault
        program.memory.in_puts = self.chance.choice((0, 0, 1, 1, 2))
        program.line.meanwhile = self._log_in if fault == "log in meanwhile" else self._another
        shared = self.shared
        match fault:
            case "clock forward":
                shared.skew += timedelta(hours=self.chance.choice((1, 30, 24 * 40)))
            case "clock back":
                shared.skew -= timedelta(hours=self.chance.choice((1, 30, 24 * 40)))
                shared.leases.clear()  # a dead program's would last as long: not ours to mend
            case "no lease":
                shared.leases_hold = False
            case "garbled":
                shared.garbles += 1
            case "restored" if self.restores:
                shared.facts = {**self.restores, pairs.STATE: pairs.CHECK}
                self.programs = [Program(shared, seed=self.seed) for _ in self.programs]
            case "die before" | "die after" | "html" | "no token":
                shared.authority.next_answer(fault)

    async def _another(self) -> None:
        """A second program, whose lease nobody respects, in the middle of the first one's call."""
        self.shared.leases_hold = False
        await Program(self.shared, seed=self.seed).works()
        self.shared.leases_hold = True

    async def _log_in(self) -> None:
        self.shared.leases_hold = False
        code = self.shared.authority.consent()
        await Program(self.shared).tokens.take_code(code, CODE_VERIFIER)
        self.shared.leases_hold = True

    async def run(self) -> dict[str, Any]:
        """Raises `AssertionError` if the chain was lost by us."""
        await self.begin()
        await self.day()
        self.restores = dict(self.shared.facts)
        for _ in range(self.chance.randint(0, 2)):
            await self.day()
        for fault in self._drawn():
            self.plan(fault)
            await self.day()
        self._nothing_more_goes_wrong()
        await self.settles()
        return await self._judged()

    def _drawn(self) -> list[Fault]:
        faults = self.chance.choices(FAULTS, k=self.chance.choice((1, 1, 1, 2, 3)))
        # After a lost answer one refusal is believed (R23), even one that meant something else.
        return ["denied"] if "denied" in faults else faults

    def _nothing_more_goes_wrong(self) -> None:
        self.shared.leases_hold = True
        self.shared.garbles = 0
        self.shared.authority._planned.clear()
        for program in self.programs:
            program.line.fault = program.memory.fault = None

    async def _judged(self) -> dict[str, Any]:
        standing, authority = await self.shared.standing(), self.shared.authority
        stored = standing.pair.refresh if standing.pair else ""
        alarms = self.shared.alarms.count("zalo_oa_reauth")
        is_alive = authority.current is not None and stored == authority.current.refresh
        if is_alive:
            assert standing.living is not None, "given up although it was good"
            assert not alarms or _FALSE_ALARM & {*self.faults}, "a false alarm"
            await self._goes_on()
        else:
            await self._is_lost_by_the_line(standing, alarms)
        return {
            "alive": int(is_alive),
            "lost": int(not is_alive),
            "false alarms": alarms if is_alive else 0,
            "refusals": authority.refused,
            "rotations": authority.rotations,
        }

    async def _goes_on(self) -> None:
        self.shared.at += timedelta(hours=25)
        before = self.shared.authority.rotations
        await self._all_work()
        await self.settles()
        assert self.shared.authority.rotations > before, "it renews itself no more"
        token = await self.programs[0].tokens.access()
        if self.shared.authority.verdict(token) != "valid":
            await self.programs[0].tokens.refused(token)  # another program was given a newer one
            token = await self.programs[0].tokens.access()
        assert self.shared.authority.verdict(token) == "valid"

    async def _is_lost_by_the_line(self, standing: Standing, alarms: int) -> None:
        """Only an answer that never reached a commit may lose the chain (R23)."""
        authority = self.shared.authority
        gone = authority.withheld | self.shared.unsaved
        assert "restored" in self.faults or authority.pair.refresh in gone, "lost by us"
        assert standing.state == pairs.NEEDS_REAUTH
        assert alarms, "nobody was told"
        hands = len(self.programs) if "no lease" in self.faults else 1
        assert authority.refused <= len(self.faults) * hands, "tried too often"
        refused = authority.refused
        for _ in range(5):
            self.shared.at += timedelta(days=1)
            await self._all_work()
        assert authority.refused == refused, "it loops"
        with contextlib.suppress(ChannelDown):
            await self.programs[0].tokens.access()
            raise AssertionError("a token that nobody has")
        assert self.shared.hasty_alarms == 0, "an alarm is not a siren"
        again = self.shared.alarms.count("zalo_oa_reauth") - alarms
        assert 5 <= again <= 5 * len(self.programs), "each rings once a day"
        await self._is_mended()

    async def _is_mended(self) -> None:
        """By a login, or by a new seed in the environment."""
        if self.chance.random() < 0.5:
            await self._log_in()
        else:
            self.seed = self.shared.authority.seed().refresh
            self.programs = [Program(self.shared, seed=self.seed) for _ in self.programs]
        await self.settles()
        await self._goes_on()


async def trial(seed: int) -> dict[str, Any]:
    chance = random.Random(seed)
    shared: Shared
    authority = TokenAuthority(APP, SECRET, now=lambda: shared.at.timestamp())
    shared = Shared(authority, "", chance)
    async with a_platform(shared):
        return await Life(shared).run()
