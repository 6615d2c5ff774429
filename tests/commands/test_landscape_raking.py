"""`partage landscape --people FILE --margins FILE` on files, as typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from partage.commands.landscape import landscape

MARGINS = "question,category,share\nage,old,0.5\nage,young,0.5\nplace,here,1\n"


def run(folder: Path, *more: object) -> Result:
    files = [folder / "votes.csv", "--people", folder / "people.csv", "--margins", folder / "m.csv"]
    return CliRunner().invoke(landscape, [str(word) for word in [*files, *more]])


def write(folder: Path, old: int, young: int, silent: int) -> None:
    """Votes of old people, who agree with statement 1, of young ones, and of some who say no age."""
    ages = ["old"] * old + ["young"] * young + [""] * silent
    votes = [f"p{n},1,{1 if age == 'old' else -1}" for n, age in enumerate(ages)]
    people = [f"p{n},{age},here" for n, age in enumerate(ages)]
    for name, rows in {
        "votes.csv": ["participant,statement,vote", *votes],
        "people.csv": ["participant,age,place", *people, "elsewhere,old,here"],
    }.items():
        (folder / name).write_text("\n".join(rows) + "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, 150, 50, 0)
    with (tmp_path / "votes.csv").open("a") as votes:
        votes.writelines(f"q{n},1,-1\n" for n in range(20))
    (tmp_path / "m.csv").write_text(MARGINS)
    return tmp_path


def test_the_weighted_shares_stand_beside_the_plain_ones(folder: Path) -> None:
    words = run(folder).output
    assert "\nWhat unites\n" in words
    told = words.partition("\n\nWeighted to the margins\n")[2]
    assert "200 people who voted gave categories, 20 did not and have no weight; 1 gave" in told
    assert "They weigh as 150 equal people would: a design effect of 1.33.\n" in told
    assert "  age old        75%     50%      50%\n" in told
    assert "  1               68%       50%  42% to 58%           32%       50%" in told


def test_people_held_at_the_largest_weight_are_told(folder: Path) -> None:
    write(folder, 1960, 40, 0)
    shares = "age,old,0.899\nage,young,0.101\nplace,here,1\n"
    (folder / "m.csv").write_text(f"question,category,share\n{shares}")
    assert " 2% are held at 5 times the mean weight.\n" in run(folder).output


def test_the_json_written_and_printed_holds_them(folder: Path) -> None:
    out = folder / "results"
    content = json.loads(run(folder, "--json", "--out", out).output)
    assert content == json.loads((out / "landscape.json").read_text())
    view = content["weighted"]
    assert (view["refused"], view["people"], view["n_eff"]) == (None, 200, 150)
    assert view["statements"][0]["disagree"]["weighted"] == 0.5
    assert '"p1' not in json.dumps(view)


def test_rows_of_the_margins_may_come_in_any_order(folder: Path) -> None:
    first = run(folder).output
    head, *rows = MARGINS.splitlines()
    (folder / "m.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
    assert run(folder).output == first


@pytest.mark.parametrize(
    ("sizes", "old", "sentence"),
    [
        ((200, 0, 0), 0.5, "nobody who voted is in age young; merge it with another"),
        ((200, 9, 0), 0.5, "fewer than 10 people who voted are in age young; merge"),
        ((60, 60, 40), 0.5, "less than 80% of the people answered age; leave"),
        ((970, 30, 0), 0.5, "no weights bring age old, age young to the shares wanted;"),
        ((150, 50, 0), 0.05, "the 200 people weigh as 55 would, and 100 are needed;"),
        ((840, 160, 0), 0.25, "the design effect is above 3: those who came are too unlike"),
    ],
)
def test_a_view_that_would_lie_is_refused_and_the_landscape_said(
    folder: Path, sizes: tuple[int, int, int], old: float, sentence: str
) -> None:
    write(folder, *sizes)
    shares = f"age,old,{old}\nage,young,{1 - old}\nplace,here,1\n"
    (folder / "m.csv").write_text(f"question,category,share\n{shares}")
    result = run(folder)
    assert result.exit_code == 0 and "\nWhat unites\n" in result.output
    assert f"\n  No weighted view: {sentence}" in result.output
    assert "weighted  95 %" not in result.output


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("m.csv", "question,share\nage,1", "m.csv, line 1: the columns are question, share; there"),
        ("m.csv", MARGINS + "age,old,0.1", "m.csv, line 5: age has 'old' twice; keep one"),
        ("m.csv", MARGINS + "age,,0.1", "m.csv, line 5: the question or the category is empty"),
        ("m.csv", MARGINS + "age,both,10%", "m.csv, line 5: the share is '10%'; write 0.25 for"),
        ("m.csv", MARGINS + "age,both,0.1", "m.csv: the shares of age sum to 1.1, not 1; give"),
        ("m.csv", "question,category,share", "m.csv has no row: give a question"),
        ("m.csv", MARGINS + "town,east,1", "line 1: there is no column 'town'; the margins have"),
        ("people.csv", "age\nold", "people.csv, line 1: the columns are age; one must be called"),
        (
            "people.csv",
            "participant,age,place,town\np1,old,,",
            "'town' is a question without margins;",
        ),
        (
            "people.csv",
            "participant,age,place\np1,old,\np1,old,",
            "people.csv, line 3: 'p1' comes twice;",
        ),
        (
            "people.csv",
            "participant,age,place\n,old,",
            "people.csv, line 2: the participant is empty;",
        ),
        (
            "people.csv",
            "participant,age,place\np1,15,",
            "age is '15', a category without a share; write",
        ),
        ("people.csv", "", "people.csv is empty: export it again, with its header line"),
    ],
)
def test_a_bad_row_is_named(folder: Path, name: str, text: str, sentence: str) -> None:
    (folder / name).write_text(text + "\n" if text else "")
    result = run(folder)
    assert result.exit_code == 1 and sentence in result.output
    assert len(result.output.splitlines()) == 1


def test_one_file_without_the_other_is_refused(folder: Path) -> None:
    words = [str(folder / "votes.csv"), "--margins", str(folder / "m.csv")]
    result = CliRunner().invoke(landscape, words)
    assert result.exit_code == 1 and "--people and --margins go together" in result.output


def test_polis_mode_is_not_weighted(folder: Path) -> None:
    result = run(folder, "--mode", "polis")
    assert result.exit_code == 1 and "--people goes with the landscape of the def" in result.output
