import random,os
from time import perf_counter as pc
from datetime import *
from sqlalchemy import insert
from storage.tables import *
from storage import statistics,units
from tests.storage.histories import *
async def test_perf(database):
    r=random.Random(1)
    async with database.transaction() as tx:
        ids=await a_commune(tx,*[a_unit(f"xom-{n:02}",adults=400) for n in range(1,40)])
        hs=[v for k,v in ids.items() if k.startswith("xom")]
        now=datetime(2026,1,1,tzinfo=UTC)
        P=10000
        await tx.execute(insert(Person),[dict(name="",name_folded="",created_at=now,unit_id=r.choice(hs)) for _ in range(P)])
        await tx.execute(insert(Consent),[dict(person_id=i+1,purpose="learning",version=1,text_hash="",channel="w",given_at=now) for i in range(P)])
        att=[dict(person_id=r.randint(1,P),unit_id=r.choice(hs),lesson_id=r.choice("abcdef"),content_version="v",started_at=now,finished_at=now+timedelta(hours=r.randint(0,8000))) for _ in range(100000)]
        await tx.execute(insert(Attempt),att)
        for k in range(3):
            await tx.execute(insert(AnswerRow),[dict(attempt_id=i+1,question_id=f"q{k}",option=1,correct=r.random()<.7,at=now) for i in range(100000)])
        for sp in (period(date(2026,1,1),date(2026,12,31)),period(date(2026,11,1),date(2026,11,30))):
            t=pc(); tab=await statistics.hamlet_table(tx,commune_id=ids["xa"],period=sp,modules=MODULES); print(tab.total, round(pc()-t,3))
