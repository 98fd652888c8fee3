"""A conversation that reads an .xlsx somebody hands in, as that of reports does: for tests."""

from handlers import files
from handlers.flow import EVERYONE, Flow, Outcome, Turn
from handlers.messages import HandedIn, Outgoing
from handlers.reporting.workbooks.cells import READ, Refused, loaded
from storage import files as stored

flow = Flow("sheets", allow=EVERYONE, command="/bieu")
FAILED = "Trợ lý chưa đọc được tệp này."


@flow.entry
async def begin(turn: Turn) -> Outcome:
    return Outcome((await files.asking(turn, purpose="form:7"),), aside=True)


@flow.receive("form")
async def came(turn: Turn, handed: HandedIn) -> Outcome:
    about = handed.purpose.partition(":")[2]
    turn.order(
        READ,
        {"file": handed.file, "purpose": f"form_read:{about}"},
        name=handed.name,
        message=Outgoing(FAILED),
    )
    return Outcome((Outgoing("Đã nhận tệp."),), aside=True)


@flow.receive("form_read")
async def read(turn: Turn, handed: HandedIn) -> Outcome:
    file = await stored.read(turn.tx, handed.file)
    assert file is not None
    found = loaded(file.body)
    about = handed.purpose.partition(":")[2]
    if isinstance(found, Refused):
        return Outcome((Outgoing(f"Không mở: {found.why}."),), aside=True)
    cells = [str(value) for sheet in found for value in sheet.cells.values()]
    said = f"Đọc {handed.name} cho {about}: {', '.join(cells)}."
    return Outcome((Outgoing(said),), aside=True)
