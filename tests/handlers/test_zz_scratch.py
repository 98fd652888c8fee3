import collections, os, re
from tests.handlers.test_walks import *
from tests.handlers.walking import *
from tests.handlers import walking

async def test_harvest(walk, engine, monkeypatch):
    if engine != os.environ.get("ENG", "sqlite"): return
    found = collections.Counter(); example = {}
    async def play(self, acts):
        for number, act in enumerate(acts):
            self._number = number
            try:
                await self._step(act)
            except AssertionError as error:
                e = str(error)
                key = re.sub(r"\d+", "N", e)[:150]
                found[key] += 1
                example.setdefault(key, (seed, number, act, self.did, e[:900]))
    monkeypatch.setattr(Walker, "play", play)
    seen=set()
    for seed in range(100, 100 + int(os.environ.get("N", "8"))):
        _, w = await walk(make_acts(seed, 300), seed)
        seen |= w.steps_seen
    with open("/tmp/w/harvest.txt", "w") as f:
        for key, n in found.most_common():
            f.write(f"{n} x {example[key]}\n")
        f.write(f"{len(seen)} {sorted(seen)}\n")
