"""`partage account`, through the door a person uses."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from partage.commands.account import account
from tests.calc.test_account_examples import SAMPLES


def run(*arguments: str) -> Result:
    return CliRunner().invoke(account, arguments)


def test_the_first_sentence_is_the_one_to_remember() -> None:
    result = run(str(SAMPLES / "self-checkout.toml"))
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == (
        "Within the frame, 37,500 (20,833 to 50,000) hours of work move to customers for one "
        "million passages; 6,227 (-36,111 to 29,762) staff hours are no longer needed; "
        "2,666.48 EUR are left to share (-764,129 to 411,648)."
    )


def test_an_empty_pot_is_said_in_words() -> None:
    lines = run(str(SAMPLES / "idea-box.toml")).output.splitlines()
    assert (
        "Let it run: there is nothing to share: it costs 36,939.10 EUR more than before." in lines
    )
    assert (
        "Within the frame: there is nothing to share: it costs 44,347.88 EUR more than before."
        in lines
    )
    assert not any("Shares:" in line for line in lines)


def test_what_is_unknown_is_printed_as_unknown() -> None:
    output = run(str(SAMPLES / "idea-box.toml")).output
    assert "Unknown: G Training hours taken, for want of before.training_time" in output
    assert "Unknown: V5" in output
    assert "Not counted: what participants learn." in output


def test_json_holds_the_figures_and_their_sources() -> None:
    result = run(str(SAMPLES / "user-test.toml"), "--json")
    content = json.loads(result.output)
    lines = {line["code"]: line for line in content["lines"]}
    assert content["format"] == "partage-account/1"
    assert lines["C4"]["values"]["within_frame"] == {
        "low": -394.66,
        "central": 57.08,
        "high": 1248.05,
    }
    assert lines["G"]["values"]["before"] == {"unknown": ["before.training_time"]}
    assert content["shares_cents"]["within_frame"]["organisation"] == 2283
    assert all(each["source"] and each["grade"] for each in content["inputs"])


def test_a_mistake_is_one_sentence_and_exit_code_one(tmp_path: Path) -> None:
    text = (SAMPLES / "user-test.toml").read_text(encoding="utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(text.replace('"MB/task"', '"parsec"'), encoding="utf-8")
    result = run(str(file))
    assert result.exit_code == 1
    assert result.output.startswith("Error: mine.toml, line ")
    assert "inputs.video_weight.unit has the unknown unit 'parsec'" in result.output
    assert "Traceback" not in result.output


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    result = run(str(tmp_path / "none.toml"))
    assert result.exit_code == 1
    assert (
        result.output
        == "Error: none.toml: the file cannot be opened (No such file or directory).\n"
    )


def test_help_gives_an_example() -> None:
    assert "Example: partage account" in run("--help").output
