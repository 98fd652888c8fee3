"""The sheet of an open session, for the door: its code in large digits, and what is taught."""

from handlers import joining_links, poster_contents, words
from handlers.flow import Outcome, Turn
from handlers.poster_contents import Meeting, Printing
from handlers.sessions import status
from handlers.sessions.place import name_of
from storage import units
from storage.activities import ActivityInfo


async def order(turn: Turn, info: ActivityInfo) -> Outcome:
    """Have it made; a code that is free again is printed no more."""
    if not info.code:
        return await status.show(turn, info)
    settings = await units.settings_of(turn.tx, info.commune_id)
    body = poster_contents.session_sheet(
        Printing(turn.house.texts, turn.house.doors, settings),
        await _meeting(turn, info),
        joining_links.to_session(info.code),
    )
    code = status.code_of(turn, info)
    message = turn.message("sessions.sheet_here", code=code)
    turn.order("session_sheet", body, name=f"buoi-hoc-{code}.pdf", message=message)
    return await status.show(turn, info, turn.message("sessions.sheet_coming", code=code))


async def _meeting(turn: Turn, info: ActivityInfo) -> Meeting:
    lesson = turn.house.lessons.lesson(info.lesson_id or "")
    day = words.say_date(info.held_on)
    return Meeting(
        title=turn.text_of("posters.session_title", unit=await name_of(turn, info.unit_id)),
        lesson=turn.text_of("posters.session_lesson", title=lesson.title) if lesson else "",
        where=turn.text_of("posters.session_where", place=info.place) if info.place else "",
        when=day[:1].upper() + day[1:],
    )
