"""Each bad declaration is refused in one plain sentence: file, line, key, value, what to do."""

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from partage.calc.checked_toml import DeclarationError
from partage.calc.declaration import parse_declaration, read_declaration
from partage.calc.scenario import compute_account
from tests.calc.test_account_examples import SAMPLES

GOOD = (SAMPLES / "user-test.toml").read_text(encoding="utf-8")
INPUT = '[inputs.hosting_cost]\nlabel = { en = "Hosting of one test", fr = "Hébergement d\'un test" }\nunit = "EUR/task"\nvalue = 2'

SOURCE = '\nsource = "A book"\ndate = "2026"\ngrade = "S"\nbasis = "published"\n'

# What is replaced, by what, and the sentence that follows "user-test.toml, line N: ".
MISTAKES = {
    "negative time": ("low = 900", "low = -900", "inputs.test_time.low is -900, below zero: write zero or more"),
    "unknown unit": ('"MB/task"', '"parsec"', "inputs.video_weight.unit has the unknown unit 'parsec': use 1, %"),
    "two currencies": (INPUT, INPUT.replace("EUR", "USD"), "inputs.hosting_cost.unit counts in USD, but the account counts in EUR: convert it"),
    "missing source": ('source = "Round number chosen for the example"\n', "", "inputs.tests.source is missing: write it between quotes"),
    "source without a date": ('value = 50\nsource = "Round number chosen for the example"\ndate = 2026-06-01', 'value = 50\nsource = "A book"', "inputs.tests has the source 'A book' without a date: add 'date'"),
    "low above central": ("low = 900", "low = 1300", "inputs.test_time.low is 1300, above its central 1200: write low <= central <= high"),
    "central above high": ("high = 1800", "high = 1100", "inputs.test_time.central is 1200, above its high 1100: write low <= central <= high"),
    "shares above 100 %": ("organisation = 40", "organisation = 50", "scenarios.within_frame.shares sum to 110 %, above 100 %: make them sum to 100"),
    "weights all zero": ("organisation = 40, contributors = 30, commons = 20, training = 10", "organisation = 0", "scenarios.within_frame.shares are all zero: give at least one party a share"),
    "unknown party": ("training = 10", "shareholders = 10", "scenarios.within_frame.shares.shareholders is not a known key: use organisation"),
    "unknown name in a formula": ('paid = "tests * fee"', 'paid = "tests * fees"', "scenarios.within_frame.paid reads 'fees', which is not an input: add [inputs.fees]"),
    "seconds added to euros": ('paid = "tests * fee"', 'paid = "tests * fee + tests * test_time"', "scenarios.within_frame.paid adds or subtracts EUR and s: both must count the same thing"),
    "wrong dimension": ('paid = "tests * fee"', 'paid = "tests * fee * test_time"', "scenarios.within_frame.paid is 'tests * fee * test_time', counted in EUR*s/task instead of EUR: correct it"),
    "a number without a source": ('paid = "tests * fee"', 'paid = "tests * fee * 1.5"', "scenarios.within_frame.paid holds the number 1.5 without a source: make it a named input"),
    "code in a formula": ('paid = "tests * fee"', 'paid = "__import__(\'os\')"', "scenarios.within_frame.paid holds \"__import__('os')\": only names"),
    "a power": ('paid = "tests * fee"', 'paid = "tests ** fee"', "scenarios.within_frame.paid holds 'tests ** fee': only names"),
    "broken formula": ('paid = "tests * fee"', 'paid = "tests * "', "scenarios.within_frame.paid cannot be read: write names with + - * / and brackets"),
    "missing scenario": ("[scenarios.let_it_run]", "[scenarios.let_it_walk]", "scenarios.let_it_walk is not one of before, let_it_run, within_frame"),
    "missing quantity": ('losses = "0"\npaid = "tests * fee"', 'paid = "tests * fee"', "scenarios.within_frame does not say 'losses': write a formula, '0' or 'unknown'"),
    "unknown key": ("central = 1200", "centre = 1200", "inputs.test_time.centre is not a known key: use label"),
    "words for a number": ("value = 50", 'value = "fifty"', "inputs.tests.value is 'fifty': write a number"),
    "infinity": ("value = 50", "value = inf", "inputs.tests.value is Infinity: write a number"),
    "absurd number": ("value = 50", "value = 1e4000", "inputs.tests.value is out of range: write it in a larger or smaller unit"),
    "unknown grade": ('grade = "S"', 'grade = "B"', "inputs.test_time.grade is 'B': use P, M, S, A"),
    "assumption graded firm": ('grade = "A"\nbasis = "assumed"', 'grade = "P"\nbasis = "assumed"', "inputs.tests.grade is 'P' but its basis is 'assumed': write 'A'"),
    "one language only": ('people = { en = "testers", fr = "les testeurs" }', 'people = { en = "testers" }', "people is {'en': 'testers'}: write { en = \"…\", fr = \"…\" }"),
    "unknown with a value": ('grade = "A"\nbasis = "assumed"', 'grade = "A"\nbasis = "unknown"', "inputs.tests is unknown but gives value: remove them"),
    "pay without a status": ('"micro_services_bnc"', '"none"', "scenarios.within_frame.paid pays contributors but rates.contributor_status is 'none': name it"),
    "unused input": ("[inputs.fee]", INPUT.replace("hosting_cost", "spare") + SOURCE + "\n[inputs.fee]", "inputs.spare is read by no formula: use it or remove it"),
    "reserved name": ("[inputs.fee]", "[inputs.positive]", "inputs.positive has the reserved name 'positive': choose another"),
    "broken TOML": ("[rates]", "[rates", "the text is not TOML (Expected ']' at the end of a table declaration): correct it"),
    "a count named like a unit": ('currency = "EUR"', 'currency = "EUR"\ncounts = ["s"]', "counts holds 's', which is a unit already: rename it"),
    "another currency": ('currency = "EUR"', 'currency = "USD"', "currency is 'USD': use EUR"),
    "no wage": ('staff_wage = "staff_wage"\n', "", "rates must give staff_wage, or both staff_cost and staff_levies"),
}  # fmt: skip


def refusal(text: str) -> str:
    with pytest.raises(DeclarationError) as caught:
        compute_account(parse_declaration(text, "user-test.toml"), draws=1)
    return str(caught.value)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_one_sentence(mistake: str) -> None:
    old, new, sentence = MISTAKES[mistake]
    assert old in GOOD
    told = refusal(GOOD.replace(old, new, 1))
    place, _, rest = told.partition(": ")
    assert re.fullmatch(r"user-test\.toml, line \d+", place), told
    assert rest.startswith(sentence)
    assert "\n" not in told and told.endswith(".")


def test_the_line_told_is_the_line_of_the_mistake() -> None:
    wrong = GOOD.replace("low = 900", "low = 1300")
    number = wrong.splitlines().index("low = 1300") + 1
    assert refusal(wrong).startswith(f"user-test.toml, line {number}: inputs.test_time.low ")


def test_a_missing_scenario_is_named() -> None:
    start, end = GOOD.index("[scenarios.let_it_run]"), GOOD.index("[scenarios.within_frame]")
    told = refusal(GOOD[:start] + GOOD[end:])
    assert told == "user-test.toml: scenarios.let_it_run is missing: an account compares all three."


def test_a_date_before_the_first_rate_names_it_and_gives_no_default() -> None:
    told = refusal(GOOD.replace("date = 2026-06-01", "date = 1969-12-31", 1))
    assert told.startswith(
        "user-test.toml, line 9: date is 1969-12-31: hours_worked_year has no value on"
    )
    assert "the first one starts on 2004-07-01" in told


def test_a_wage_outside_the_pay_table_is_refused() -> None:
    told = refusal(GOOD.replace("value = 1.6", "value = 9"))
    assert "from 1 to 4 minimum wages, got 9; give staff_cost" in told


def test_a_division_by_zero_names_the_formula() -> None:
    told = refusal(GOOD.replace("low = 0.6\n", "low = 0\n"))
    assert told == (
        "user-test.toml, line 23: scenarios.before.staff_time divides by zero: raise the low of the input "
        "it divides by."
    )


def test_a_time_below_zero_is_refused() -> None:
    told = refusal(GOOD.replace('"tests * test_time"', '"tests * (test_time - analysis_time)"', 1))
    assert "scenarios.let_it_run.consumer_time falls to -135000, below zero" in told


def test_the_wrong_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes(GOOD.encode("utf-8").replace("é".encode(), "é".encode("latin-1"), 1))
    with pytest.raises(DeclarationError) as caught:
        read_declaration(file)
    sentence = (
        r"latin\.toml, line \d+: the text has the byte 0xe9, not UTF-8: save the file as UTF-8\."
    )
    assert re.fullmatch(sentence, str(caught.value))


@pytest.mark.parametrize(
    "text", ["", "[" * 3000, "x = " + "[" * 3000, "a = 1\na = 2", "\x00", "é" * 99]
)
def test_nothing_but_a_sentence_comes_out_of_any_text(text: str) -> None:
    assert refusal(text).startswith("user-test.toml")


def test_a_changed_input_becomes_an_assumption() -> None:
    declaration = parse_declaration(GOOD, "user-test.toml")
    changed = declaration.changed({"fee": Fraction(15)}, "A reader", date(2026, 11, 1))
    assert changed.inputs["fee"].low == 15 and changed.inputs["fee"].central == 15
    assert (changed.inputs["fee"].basis, changed.inputs["fee"].grade) == ("assumed", "A")
    assert changed.digest != declaration.digest
    with pytest.raises(DeclarationError, match=r"inputs\.fees is not an input of this account"):
        declaration.changed({"fees": Fraction(15)}, "A reader", date(2026, 11, 1))


def test_too_many_uncertain_inputs_in_one_line_are_refused() -> None:
    declaration = parse_declaration(GOOD, "user-test.toml")
    names = [f"place_{number}" for number in range(15)]
    fee = declaration.inputs["fee"]
    inputs = dict(declaration.inputs)
    inputs |= {name: replace(fee, name=name, low=Fraction(1)) for name in names}
    frame = declaration.scenarios["within_frame"]
    frame = replace(frame, formulas={**frame.formulas, "paid": f"tests * ({' + '.join(names)})"})
    scenarios = {**declaration.scenarios, "within_frame": frame}
    with pytest.raises(DeclarationError) as caught:
        compute_account(replace(declaration, inputs=inputs, scenarios=scenarios), draws=1)
    sentence = "scenarios.within_frame.paid cannot be computed: it depends on 15 uncertain inputs"
    assert sentence in str(caught.value)


def test_a_formula_that_grows_out_of_reason_is_refused() -> None:
    many = " * ".join(["tests / tests * hosting_cost / fee"] * 12)
    text = GOOD.replace('"tests * fee"', f'"tests * fee * {many}"')
    text = text.replace("value = 2\n", "value = 1_000_000_000_000\n")
    assert "scenarios.within_frame.paid is out of range: correct the formula" in refusal(text)
