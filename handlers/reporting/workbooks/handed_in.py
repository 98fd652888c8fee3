"""A workbook that came back: its cells are read beside the turns (T31)."""

from handlers.flow import Outcome, Turn
from handlers.messages import HandedIn
from handlers.reporting.workbooks import cells
from storage import files


async def have_read(turn: Turn, handed: HandedIn, *, as_: str, texts: str) -> Outcome:
    """Have it read, whatever is being talked about; said in passing.

    What was read comes as a file of the same purpose with `as_` for its first word. `texts`: what
    the ids of "wrong_kind", "unread" and "reading" begin with.
    """
    _, _, whose = handed.purpose.partition(":")
    about = await files.about(turn.tx, handed.file)
    if about is None:
        return turn.aside("files.gone")
    if about.media_type != cells.XLSX:
        return turn.aside(f"{texts}wrong_kind")
    turn.order(
        cells.READ,
        {"file": handed.file, "purpose": f"{as_}:{whose}"},
        name=handed.name,
        message=turn.message(f"{texts}unread"),
    )
    return turn.aside(f"{texts}reading")
