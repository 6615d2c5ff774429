"""Alterations of the register: the bench can fail, repeats itself, and finds none unnoticed."""

import json
from collections.abc import Sequence

import pytest
from click.testing import CliRunner, Result

from faults import mutate as bench
from faults.mutate import (
    KINDS,
    canaries,
    is_refused,
    mutate_command,
    mutation,
    untouched,
    without_proof,
    without_root,
)
from faults.outcome import SKIPPED_CODE
from faults.sample_log import World

SEED = 20_000


def run(*words: str) -> Result:
    return CliRunner().invoke(mutate_command, [*words, "--seed", str(SEED), "--json"])


def made(result: Result) -> Sequence[tuple[str, int]]:
    outcomes = [(one["name"], one["figures"].get("made", 0)) for one in json.loads(result.output)]
    return [(name, count) for name, count in outcomes if count]


def test_two_hundred_alterations_are_noticed() -> None:
    result = run("--count", "200", "--foreign", "0")
    assert result.exit_code == 0, result.output
    assert ("mutate", 200) in made(result)


@pytest.mark.slow
def test_three_thousand_are_noticed_of_every_kind_and_a_hundred_by_go_too() -> None:
    result = run("--count", "3000", "--foreign", "100")
    if result.exit_code == SKIPPED_CODE:
        pytest.skip(result.output)
    assert result.exit_code == 0, result.output
    counts = dict(made(result))
    assert counts["mutate"] == 3000 and counts["mutate, Go"] == 100
    assert {f"mutate, {kind}" for kind in KINDS} <= counts.keys()


def test_what_is_not_altered_is_accepted() -> None:
    world = World()
    assert not any(is_refused(world, whole) for whole in untouched(world))


def test_the_same_seed_makes_the_same_alteration() -> None:
    assert mutation(World(), SEED) == mutation(World(), SEED)


def test_a_weaker_check_misses_alterations_that_ours_notices() -> None:
    world = World()
    drawn = [mutation(world, number)[1] for number in range(SEED, SEED + 200)]
    for weak in (without_root, without_proof):
        missed = [altered for altered in drawn if not weak(world, altered)]
        assert missed and all(is_refused(world, altered) for altered in missed)


def test_a_missed_alteration_fails_and_its_seed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "is_refused", without_root)
    result = run("--count", "200", "--foreign", "0")
    assert result.exit_code == 1
    (total,) = [
        one
        for one in json.loads(result.output)
        if one["name"] == "mutate" and "made" in one["figures"]
    ]
    assert total["state"] == "BROKEN" and total["figures"]["missed_seeds"]


def test_a_bench_whose_planted_faults_go_unnoticed_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "without_root", lambda _world, _altered: True)
    first, _second = canaries(World())
    assert first.state == "BROKEN" and "the bench cannot fail" in first.words


def test_without_go_the_second_checker_is_skipped_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = run("--count", "5", "--foreign", "5")
    assert result.exit_code == SKIPPED_CODE
    assert json.loads(result.output)[-1]["state"] == "SKIPPED"
