"""`partage check-parameters`: our figures beside those of OpenFisca-France."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from partage.commands.check_parameters import CANNOT_COMPARE, compare, figures
from partage.commands.main import main

OURS = {"2025-01-01": 11.88, "2026-01-01": 12.02}


def run(*options: str | Path) -> Result:
    return CliRunner().invoke(main, ["check-parameters", *map(str, options)])


def test_equal_figures_have_no_gap() -> None:
    found = compare("minimum_wage_hourly", OURS, dict(OURS))
    assert (found.compared, found.largest_gap_percent, found.differences) == (2, 0, ())


def test_a_gap_under_a_thousandth_passes_and_one_beyond_is_named() -> None:
    near = compare("rate", {"2026-01-01": 0.3333}, {"2026-01-01": 1 / 3})
    assert not near.differences and near.largest_gap_percent == pytest.approx(0.01)
    planted = compare("minimum_wage_hourly", OURS, {**OURS, "2026-01-01": 12.04})
    assert [(each.at, each.ours, each.theirs) for each in planted.differences] == [
        ("2026-01-01", 12.02, 12.04)
    ]


def test_a_figure_that_the_reference_lacks_differs() -> None:
    found = compare("rate", {"2026-01-01": 0.02}, {"2026-01-01": None})
    assert found.differences[0].theirs is None


def test_a_date_that_only_the_reference_has_is_compared_too() -> None:
    """A change of the law that we missed shows, though none of our dates differs."""
    history = {"2016-01-01": 9.67, "2016-07-01": 9.7}
    answer = {"parameters": Everything(history), "pay": {}, "quarters": {}}
    name, ours, theirs = next(figures(answer))  # type: ignore[arg-type]
    assert name == "minimum_wage_hourly"
    assert (ours["2016-07-01"], theirs["2016-07-01"]) == (9.67, 9.7)


class Everything(dict[str, dict[str, float]]):
    """The same history whatever is asked."""

    def __init__(self, history: dict[str, float]) -> None:
        self.history = history

    def __getitem__(self, name: str) -> dict[str, float]:
        return self.history


def test_without_openfisca_one_sentence_and_code_2(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the environment should go")
    done = run("--environment", tmp_path / "taken" / "inside")
    assert done.exit_code == CANNOT_COMPARE
    assert done.output.count("\n") == 1
    assert "could not be installed" in done.output and "Nothing was compared." in done.output


@pytest.mark.slow
def test_every_figure_agrees_with_openfisca(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("openfisca") / "environment"
    done = run("--environment", folder, "--json")
    if done.exit_code == CANNOT_COMPARE:
        pytest.skip(f"NOT COMPARED WITH OPENFISCA: {done.output}")
    told = json.loads(done.output)
    apart = {each["name"]: each["differences"] for each in told["series"] if each["differences"]}
    assert not apart and done.exit_code == 0
    assert sum(each["compared"] for each in told["series"]) > 1000
    assert not any(name.startswith("openfisca") for name in sys.modules), "never in our process"
    assert run("--environment", folder).exit_code == 0, "the environment is used again"
