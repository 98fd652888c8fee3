"""The report forms that the house brings, in every year, and the page that shows them."""

import logging
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from handlers.reporting import checks, crosswalk, forms
from handlers.reporting.form import Form, Kind
from handlers.reporting.forms import FOLDER, NAMES, built_in
from handlers.reporting.plan import PARAGRAPHS, speaks_to
from handlers.units import UnitKind
from tests.handlers.test_form_checks import COUNT, NOTE, a_form
from tests.service import environment

DOCS = Path(__file__).parent.parent.parent / "docs"
FORMS = built_in()
REPORTING = {
    *(UnitKind.HAMLET, UnitKind.OFFICE, UnitKind.SCHOOL, UnitKind.FRONT),
    *(UnitKind.BUSINESS, UnitKind.ARMED_FORCES),
}


def files() -> dict[str, dict[str, Any]]:
    return {name: tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")) for name in NAMES}


# What the house brings


def test_every_kind_of_unit_that_reports_has_one_form() -> None:
    kinds = [kind for form in FORMS.values() for kind in form.kinds]
    assert sorted(kinds) == sorted(REPORTING)
    assert all(key == form.key for key, form in FORMS.items())


@pytest.mark.parametrize("name", NAMES)
def test_a_form_of_the_house_is_fit_for_people(name: str) -> None:
    """U1, U2, U15, U16."""
    assert checks.problems_of(FORMS[name]) == []


def test_the_forms_fit_each_other() -> None:
    assert checks.problems_among(FORMS.values()) == []


def test_no_field_and_no_word_of_the_files_is_lost() -> None:
    """`made` takes what it needs: a misspelt [words.…] would go unnoticed."""
    fields = tomllib.loads((FOLDER / "fields.toml").read_text("utf-8"))["field"]
    used = {field.key for form in FORMS.values() for field in form.fields}
    assert {field["key"] for field in fields} == used
    assert len(fields) == len(used)
    for name, file in files().items():
        assert set(file.get("words", {})) <= {field.key for field in FORMS[name].fields}
    on_disk = {file.stem for file in FOLDER.glob("*.toml")}
    assert on_disk == {"fields", *NAMES}


def test_a_form_in_its_own_words_keeps_kind_and_options() -> None:
    """Words change how a question is said, never what its answer is: totals add up."""
    own = {word for file in files().values() for words in file["words"].values() for word in words}
    assert own <= {"ask", "label", "help", "plan", "words"}


def test_a_hamlet_is_asked_eight_questions_at_most() -> None:
    required = [field.key for field in FORMS["xom"].fields if field.required]
    assert len(required) == 8


def test_of_the_armed_forces_nothing_of_their_own_is_asked() -> None:
    form = FORMS["luc_luong_vu_trang"]
    inner = {"plan_issued", "skilled", "awarded", "digital_work", "safety_work", "stage_results"}
    assert not inner & {field.key for field in form.fields}
    assert "Nhân dân" in form["sessions"].ask


def test_a_figure_of_one_holder_is_asked_of_that_holder_alone() -> None:
    hamlet, holder = FORMS["xom"]["vneid_level_2"], FORMS["luc_luong_vu_trang"]["vneid_by_hamlet"]
    assert (hamlet.holder, hamlet.taken_from) == (holder.holder, holder.key) == (
        "vneid", "vneid_by_hamlet",
    )  # fmt: skip
    assert FORMS["co_quan"]["online_files"].holder == "online"


def test_two_figures_that_words_hide_are_two_fields() -> None:
    form = FORMS["xom"]
    assert (form["attendances"].counts, form["people"].counts) == ("lượt người", "người")
    helped, all_of_them = form["vneid_helped"], form["vneid_level_2"]
    assert (helped.kind, all_of_them.kind) == (Kind.COUNT, Kind.SHARE)


# Years and occasions


@pytest.mark.parametrize("name", [name for name in NAMES if name != "luc_luong_vu_trang"])
def test_the_reports_over_several_years_have_fields_of_their_own(name: str) -> None:
    def keys(year: int, occasion: str) -> list[str]:
        return [field.key for field in FORMS[name].on(year=year, occasion=occasion).fields]

    annual = keys(2027, "annual")
    assert keys(2027, "so_ket") == [*annual, "stage_results", "stage_lessons"]
    long = keys(2030, "tong_ket")
    assert long == [*annual, "stage_results", "stage_lessons", "stage_awards"]


def test_the_rewards_of_the_last_report_are_those_of_the_plan_in_its_order() -> None:
    award = FORMS["xom"]["stage_awards"].parts[-1]
    assert [option.label for option in award.options] == [
        "Huân chương Lao động",
        "Cờ thi đua của Chính phủ",
        "Bằng khen của Thủ tướng Chính phủ",
        "Cờ thi đua của Ủy ban nhân dân tỉnh",
        "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
        "Giấy khen của UBND xã",
    ]
    assert award.optional


@pytest.mark.parametrize(
    ("limits", "years"),
    [
        ({}, [2025, 2026, 2027, 2028]),
        ({"since": 2026}, [2026, 2027, 2028]),
        ({"until": 2026}, [2025, 2026]),
        ({"since": 2026, "until": 2027}, [2026, 2027]),
        ({"occasions": ["so_ket"]}, []),
    ],
)
def test_a_field_is_asked_in_its_years_only(limits: dict[str, Any], years: list[int]) -> None:
    form = a_form(NOTE, {**COUNT, **limits})
    asked = [
        year
        for year in range(2025, 2029)
        if form.on(year=year, occasion="annual").get("lessons") is not None
    ]
    assert asked == years


def test_a_form_of_a_year_names_no_field_it_has_not() -> None:
    yes = [{"key": "yes", "label": "Có"}, {"key": "no", "label": "Không"}]
    choice = {**NOTE, "key": "held", "kind": "one_of", "options": yes, "until": 2026}
    whole = {**COUNT, "key": "all_of_them", "until": 2026}
    part = {**COUNT, "part_of": "all_of_them"}
    form = a_form(choice, whole, part, {**NOTE, "only_if": "held=yes"})
    later = form.on(year=2027, occasion="annual")
    assert [(field.key, field.part_of) for field in later.fields] == [("lessons", "")]
    assert Form.model_validate(later.model_dump()) == later
    assert form.on(year=2026, occasion="annual") == form


def test_every_year_and_occasion_is_a_form_again() -> None:
    for form in FORMS.values():
        for year, occasion in ((2026, "annual"), (2027, "so_ket"), (2030, "tong_ket")):
            dated = form.on(year=year, occasion=occasion)
            assert Form.model_validate(dated.model_dump(mode="json")) == dated


# The plan, and the page that shows it


def test_the_paragraphs_are_those_of_the_plan() -> None:
    known = {"ND-1", "ND-7", "TC-A1", "TC-A6", "TC-D2", "HT", "HT-6", "GP-5", "NV-1.4", "NV-5.1"}
    assert known | {"MT-3", "YC-2", "CS-01", "CS-06"} <= set(PARAGRAPHS)
    assert not {"ND-8", "ND-0", "TC-A7", "NV-1.5", "NV-6.1", "GP-6", "CS-07"} & set(PARAGRAPHS)
    assert len(set(PARAGRAPHS)) == len(PARAGRAPHS) == 54


def test_a_paragraph_speaks_to_those_it_names() -> None:
    assert speaks_to("NV-1.4", "xom")
    assert not speaks_to("NV-1.4", "doanh_nghiep")
    assert speaks_to("TC-B2", "mttq_ctxh")
    assert not speaks_to("NV-3.1", "co_quan")
    assert speaks_to("NV-5.1", "doanh_nghiep")
    assert speaks_to("ND-5", "doanh_nghiep")


def test_the_page_of_the_forms_is_what_the_command_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mend it with: python -m bot forms > docs/report-forms.md."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["forms"], env=environment(tmp_path))
    assert result.exit_code == 0
    assert result.stdout == (DOCS / "report-forms.md").read_text("utf-8")


def test_the_page_has_every_field_of_every_form() -> None:
    page = crosswalk.document(FORMS)
    for form in FORMS.values():
        _, _, section = page.partition(f"(`{form.key}`)\n")
        table = section.partition("\n## ")[0]
        assert [f"| `{field.key}`<br>" in table for field in form.fields] == [True] * len(
            form.fields
        )
    assert all(
        field.section in {"", *crosswalk.SECTIONS} for f in FORMS.values() for field in f.fields
    )


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No `.env` of the checkout, and the tests' own log handlers afterwards."""
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (["ND-5"], []),
        (["ND-8"], ["error: forms: xom: help_given: Kế hoạch không có mục ND-8."]),
    ],
)
def test_the_check_of_the_house_looks_at_the_forms(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_this_process: None,
    plan: list[str],
    told: list[str],
) -> None:
    changed = a_form({**NOTE, "plan": plan})
    monkeypatch.setattr(forms, "built_in", lambda: {"xom": changed})
    result = CliRunner().invoke(app, ["check"], env=environment(tmp_path))
    said = result.stderr.splitlines()
    assert [line for line in said if line.startswith("error: forms:")] == told
    assert result.exit_code == 1 or not told
