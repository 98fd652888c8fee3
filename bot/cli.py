"""The command line. Exit codes: 0 good, 1 findings, 2 usage; JSON alone on stdout (design §2)."""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import config, logs
from bot.terminal import FINDINGS, fail, running, settings


class Role(StrEnum):
    """What one process does; several processes need PostgreSQL."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class Paper(StrEnum):
    """The sizes that posters are printed in."""

    A4 = "a4"
    A3 = "a3"


app = typer.Typer(
    help="Học vụ số: the chat assistant of a commune's digital-literacy movement.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
units_app = typer.Typer(help="The units of a commune.", no_args_is_help=True)
invites_app = typer.Typer(help="Invites to roles.", no_args_is_help=True)
lessons_app = typer.Typer(help="The lessons.", no_args_is_help=True)
zalo_oa_app = typer.Typer(help="The Zalo Official Account.", no_args_is_help=True)
app.add_typer(units_app, name="units")
app.add_typer(invites_app, name="invites")
app.add_typer(lessons_app, name="lessons")
app.add_typer(zalo_oa_app, name="zalo-oa")


def main() -> None:
    app()


@app.command()
def run(
    role: Annotated[
        Role, typer.Option(help="all, web (receives only) or worker (answers and sends)")
    ] = Role.ALL,
) -> None:
    """Run the service until it is stopped."""
    from bot.app import serve

    read = settings()
    if role is not Role.ALL and read.url_of_database.startswith("sqlite"):
        fail("Several processes need PostgreSQL: set DATABASE_URL (design: one process on SQLite).")
    _say_where(read)
    running(serve(read, role=role.value))


def _say_where(read: config.Settings) -> None:
    where = f"http://{read.host}:{read.port}"
    mode = "DỮ LIỆU MẪU (demo), " if read.is_demo else ""
    sys.stderr.write(f"Học vụ số: {mode}{where}\n")


@app.command()
def chat(
    as_: Annotated[str, typer.Option("--as", help="render like this channel")] = "",
    script: Annotated[Path | None, typer.Option(help="replay the lines of a file")] = None,
    save: Annotated[Path | None, typer.Option(help="append the transcript to a file")] = None,
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="forget the earlier chat")] = False,
) -> None:
    """Hold one conversation in the terminal, through the whole path, without a network."""
    from bot.chatting import converse

    read = settings()
    running(converse(read, like=as_, script=script, save=save, fresh=fresh))


@app.command()
def migrate() -> None:
    """Upgrade the database to the newest schema."""
    from bot import commands

    running(commands.migrate(settings()))


@app.command()
def check(
    *,
    channels: Annotated[
        bool, typer.Option("--channels", help="also ask each channel who we are")
    ] = False,
) -> None:
    """Check settings, lessons, texts and report forms. Exit code 1 if something is wrong."""
    from bot.checking import findings

    found = asyncio.run(findings(settings(), channels=channels))
    for line in found:
        sys.stderr.write(line + "\n")
    errors = [line for line in found if not line.startswith("warning")]
    if errors:
        fail(f"{len(errors)} findings", code=FINDINGS)
    sys.stderr.write("settings, lessons, texts and forms: good\n")


@app.command()
def backup() -> None:
    """Make a backup in BACKUP_DIR now, check it, and encrypt it. The service may run meanwhile."""
    from bot import upkeep

    running(upkeep.backup(settings()))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a backup, see docs/operations.md")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="do it; without it only a dry run")] = False,
) -> None:
    """Put a backup in the place of the database, which is kept aside. Stop the service first."""
    from bot import upkeep

    if not file.is_file():
        fail(f"No such file: {file}")
    running(upkeep.restore(settings(), file, write=yes))


@app.command()
def doctor(
    *, as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False
) -> None:
    """Look at everything once. Exit code 0: all good, 1: warnings, 2: something is wrong."""
    from bot import doctor

    raise typer.Exit(doctor.command(as_json=as_json))


@app.command()
def forms() -> None:
    """Print what each kind of unit is asked for and why: docs/report-forms.md."""
    from handlers.reporting import crosswalk
    from handlers.reporting.forms import built_in

    sys.stdout.write(crosswalk.document(built_in()))


@app.command()
def simulate(
    first: Annotated[str, typer.Option("--from", help="first day, like 2026-11-10")] = "",
    last: Annotated[str, typer.Option("--to", help="last day, at most 400 days later")] = "",
    seed: Annotated[str, typer.Option(help="a number: another season; without it always one")] = "",
    csv: Annotated[Path | None, typer.Option(help="also write the table, for Excel")] = None,
) -> None:
    """Play the sample commune through a season: who is reminded when. Your database stays out."""
    from bot import simulating

    logs.set_up("ERROR")
    try:
        wish = simulating.read(first, last, seed=seed, csv=csv)
    except simulating.WrongWish as error:
        fail(str(error))
    running(simulating.play(wish))


@units_app.command("list")
def units_list(
    *, as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False
) -> None:
    """List the units that exist today."""
    from bot import commands

    running(commands.units_list(settings(), as_json=as_json))


@units_app.command("import")
def units_import(
    file: Annotated[Path, typer.Argument(help="CSV or TOML, see docs/operations.md")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="write; without it only a dry run")] = False,
) -> None:
    """Check a file of units, and with --yes write it: all or nothing."""
    from bot import commands

    if not file.is_file():
        fail(f"No such file: {file}")
    running(commands.units_import(settings(), file, write=yes))


@app.command()
def invite(
    role: Annotated[str, typer.Option(help="helper, reporter, head, officer, leader, admin")],
    unit: Annotated[str, typer.Option(help="code of the unit; default: the commune")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Make a one-time invite to a role."""
    from bot import commands

    running(commands.invite(settings(), role=role, unit=unit, as_json=as_json))


@invites_app.command("sheet")
def invites_sheet(
    file: Annotated[Path, typer.Argument(help="the PDF to write")],
) -> None:
    """A printed slip with QR and code for every unit that nobody speaks for yet."""
    from bot import commands

    running(commands.invites_sheet(settings(), file))


@app.command()
def posters(
    file: Annotated[Path, typer.Argument(help="the PDF to write")],
    paper: Annotated[
        Paper, typer.Option(help="size of the pages", case_sensitive=False)
    ] = Paper.A4,
    unit: Annotated[
        str, typer.Option(help="code of one hamlet, or of a commune if there are several")
    ] = "",
) -> None:
    """Posters to hang: one page for every hamlet and every place that was named in chat."""
    from bot import poster_files

    running(poster_files.make(settings(), file, paper=paper.value, unit=unit))


@lessons_app.command("sheet")
def lessons_sheet(
    module: Annotated[str, typer.Argument(help="a module, like dan5")],
    into: Annotated[Path, typer.Option(help="the folder to write to")] = Path(),
) -> None:
    """For a village meeting: an A5 sheet per lesson to hand out, and a script to read aloud."""
    from bot import lesson_sheets

    running(lesson_sheets.make(settings(), module, into))


@lessons_app.command("overview")
def lessons_overview() -> None:
    """Print what the curriculum covers: docs/curriculum.md."""
    from lessons import catalogue, overview

    sys.stdout.write(overview.document(catalogue.load()))


@zalo_oa_app.callback()
def zalo_oa() -> None:
    """Keep `login` a command of its own though it is the only one."""


@zalo_oa_app.command("login")
def zalo_oa_login() -> None:
    """Connect the Official Account: an admin of it consents once in a browser."""
    from bot.zalo_login import login

    read = settings()
    if not read.has_zalo_oa:
        fail("Set ZALO_OA_ID, ZALO_OA_APP_ID, ZALO_OA_APP_SECRET and ZALO_OA_SECRET_KEY first.")
    running(login(read, say=_say))


def _say(text: object) -> None:
    """To a person, beside what programs read, and never wrapped: links are long."""
    sys.stderr.write(f"{text}\n")
