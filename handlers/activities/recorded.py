"""Whether something done is told at all, and which of its words tell of it (is_record)."""

import re

from handlers.activities import done_words as done
from handlers.activities.counting_words import COUNT, HOUSEHOLDS, LABELLED, NEVER, NEVER_CAME
from handlers.activities.sentence import TAKEN, hide, hide_all, taken_apart
from handlers.activities.topics import topics_of


def told_of(said: str) -> str | None:
    """The words that tell of something done, the others hidden; None when nothing is told."""
    if any(pattern.match(said, 1) for pattern in (done.COMMAND, done.TRIED)):
        return None
    if done.ERASED.search(said) or _is_before(done.WRONGLY, said, COUNT):
        return None
    said = done.NOT_THIS.sub(lambda found: TAKEN * len(found[0]), said)
    is_past = bool(done.PAST.search(said))
    kept = _without_plans(_without_questions(_without_rumours(said)), is_past=is_past)
    kept = None if kept is None else _without_cancelled(kept)
    if kept is None or _is_tonight(kept):
        return None
    is_counted = _is_counted(kept) and not done.LIVE.match(kept, 1)
    if done.SMALL_TALK.search(kept) and not is_counted:
        return None
    if not (is_counted or done.ACT.search(kept) or _is_note(kept)):
        return None
    return kept


def _is_counted(said: str) -> bool:
    said = hide_all(said, *NEVER, NEVER_CAME)
    return any(pattern.search(said) for pattern in (COUNT, HOUSEHOLDS, LABELLED))


def _without_rumours(said: str) -> str:
    """`said` without the sentences of hearsay, and without thanks and lists that count nobody."""
    for start, end in _pieces(said, done.STOP):
        sentence = f" {said[start:end].strip()} "
        is_rumour = _is_before(done.HEARSAY, sentence, COUNT) or _is_before(
            done.UNSURE, sentence, COUNT, done.ACT
        )
        is_polite = done.LISTED.match(sentence, 1) or _is_before(
            done.COURTESY, sentence, COUNT, done.ACT
        )
        if is_rumour or (is_polite and not _is_counted(sentence)):
            said = hide(said, [(start, end)])
    return said


def _is_before(pattern: re.Pattern[str], said: str, *others: re.Pattern[str]) -> bool:
    """Whether `pattern` is found and none of `others` ahead of it."""
    found = pattern.search(said)
    return found is not None and not any(
        other.search(said, 0, found.start() + 1) for other in others
    )


def _is_note(told: str) -> bool:
    """Whether it is told in nouns alone: "tối qua xóm 5 vneid ở nvh"."""
    if done.FAULT.search(told):
        return False
    return bool(
        done.PAST.search(told) and done.DOER.search(told) and topics_of(taken_apart(told.strip()))
    )


def _is_tonight(told: str) -> bool:
    """Whether it may be still to come: "tối nay mở lớp", and nothing says that anybody came."""
    if not done.TONIGHT.search(told) or done.PAST.search(done.TONIGHT.sub(" ", told)):
        return False
    said = hide_all(told, *NEVER)
    return not (COUNT.search(said) or HOUSEHOLDS.search(said) or done.CAME_WORDS.search(said))


def _pieces(said: str, ends: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where the parts between signs stand, each with its sign."""
    cuts = [match.end() for match in ends.finditer(said)]
    return list(zip([0, *cuts], [*cuts, len(said)], strict=True))


def _without_questions(said: str) -> str:
    for start, end in reversed(_pieces(said, done.STOP)):
        sentence = f" {said[start:end].strip()} "
        closed = sentence if sentence[-2:-1] in ("?", ".", "!") else f"{sentence}. "
        if _is_asked(closed):
            start = _start_of_request(said, start, end)
            said = hide(said, [(start, end)])
    return said


def _is_asked(sentence: str) -> bool:
    if sentence.rstrip().endswith("?") or done.ASKED.search(sentence):
        return True
    return bool(done.HOW_MANY.search(sentence)) and not done.NOT_COUNTED.search(sentence)


def _start_of_request(said: str, start: int, end: int) -> int:
    """Where "..., ghi giúp được không?" begins: what comes before it is told, not asked."""
    clauses = _pieces(said[start:end], done.CLAUSE)
    clauses = [c for c in clauses if said[start + c[0] : start + c[1]].strip(" ,.;!?")]
    last = clauses[-1] if clauses else (0, 0)
    if len(clauses) < 2:
        return start
    asked = f" {said[start + last[0] : start + last[1]].strip()} "
    before = said[start : start + last[0]]
    is_told = COUNT.search(before) and not (
        done.HOW_MANY.search(before) or done.CONFIRMED.match(asked)
    )
    is_request = done.NOTE.search(asked) or is_told
    return start + last[0] if is_request else start


def _without_plans(said: str, *, is_past: bool) -> str | None:
    while found := done.AHEAD.search(said):
        if not is_past and not re.search(r"\d[/.]\d|thứ|thu \d|chủ nhật|chu nhat", said):
            return None
        start, end = _around(said, found.start())
        before = said[start : found.start()] + " "
        behind = done.INSTEAD.search(said[found.end() - 1 : end] + " ")
        if behind:
            end = found.end() - 1 + behind.start()
        if behind or done.PAST.search(before) or COUNT.search(before):
            said = hide(said, [(found.start(), end)])
        else:
            said = hide(said, [(start, _end_of_plan(said, end))])
    return said


def _end_of_plan(said: str, end: int) -> int:
    """A plan goes on to the end of its sentence, unless something past comes behind."""
    stop = done.STOP.search(said, end - 1)
    last = stop.start() if stop else len(said) - 1
    told = next(
        (m for p in (done.PAST, done.INSTEAD, done.TOOK_PART) if (m := p.search(said, end - 1))),
        None,
    )
    return end if told and told.start() < last else last


def _around(said: str, place: int) -> tuple[int, int]:
    """The clause a word stands in."""
    starts = [match.end() for match in done.CLAUSE.finditer(said, 0, place)]
    following = done.CLAUSE.search(said, place)
    return (starts[-1] if starts else 0), (following.start() if following else len(said) - 1)


def _without_cancelled(said: str) -> str | None:
    open_said = done.NOT_ALL.sub(lambda found: TAKEN * len(found[0]), said)
    found = done.OFF.search(open_said)
    if found is None:
        return said
    if done.INSTEAD_OF.search(said, 0, found.end()):
        return hide(said, [found.span()])
    if not done.ANYWAY.search(said, found.end()):
        return None
    start, end = _around(said, found.start())
    behind = done.INSTEAD.search(said, found.end(), end)
    return hide(said, [(found.start(), behind.start()) if behind else (start, end)])
