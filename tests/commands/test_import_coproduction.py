"""`partage import coproduction`: the shipped samples load, and a bad file says why in one line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.test import Client
from django.utils import translation

from partage.commands.imports import imports
from partage.contributions.models import Statement
from partage.coproductions.models import Coproduction
from tests.factories import at, stored

pytestmark = pytest.mark.django_db
SAMPLES = sorted((settings.PACKAGE / "samples" / "coproductions").glob("*.toml"))

GOOD = """slug = "shops"
organization = "Quatre-Vents"
title = { en = "Shops" }
question = { en = "What do we want?" }
families = ["self-service"]

[[stages]]
kind = "votes"
opens = -1
closes = 30

[frame]
alternative = "none"

[[frame.tasks]]
name = { en = "Scan" }
degree = "chosen"

[[frame.data]]
category = { en = "Receipts" }
known = true
kept_days = 30

[[statements]]
text = { en = "Keep one staffed checkout." }
"""


def run(file: Path) -> Result:
    with translation.override("en"):
        return CliRunner().invoke(imports, ["coproduction", str(file)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "shops.toml"
    file.write_text(GOOD)
    return file


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_shipped_coproductions_load_and_their_pages_answer(
    sample: Path, client: Client
) -> None:
    result = run(sample)
    assert result.exit_code == 0, result.output
    coproduction = Coproduction.objects.get()
    assert coproduction.is_sample and coproduction.stages.exists()
    for language in ("en", "fr"):
        for name in ("coproduction", "frame", "vote"):
            assert client.get(at(name, coproduction.slug, language=language)).status_code == 200


def test_a_declared_coproduction_is_made_with_its_sentences(file: Path) -> None:
    result = run(file)
    assert result.exit_code == 0 and result.stdout == "shops: 1 statement.\n"
    assert Statement.objects.get().is_from_team


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('slug = "shops"\n', "", "slug is missing"),
        ('organization = "Quatre-Vents"\n', "", "organization is missing"),
        ('title = { en = "Shops" }\n', "", "title must be a text"),
        ('title = { en = "Shops" }', 'title = "Shops"', "title must be a text"),
        ('title = { en = "Shops" }', "title = { en = 3 }", "title must be a text"),
        ('question = { en = "What do we want?" }\n', "", "question must be a text"),
        ("opens = -1\n", "", "opens is missing"),
        ("opens = -1", 'opens = "soon"', "got 'soon'"),
        ("opens = -1", "opens = true", "got True"),
        ("opens = -1", "opens = 10000000", "opens"),
        ("opens = -1", "opens = 40", "stage_closes_after_opening"),
        ('kind = "votes"', 'kind = "party"', "kind"),
        ('kind = "votes"\n', "", "kind is missing"),
        ('["self-service"]', '["magic"]', "'magic'"),
        ('["self-service"]', '"self-service"', "families"),
        ('alternative = "none"', 'alternative = "maybe"', "alternative"),
        ('alternative = "none"', "sensitive = true", "consent_text is missing"),
        ('degree = "chosen"', 'degree = "forced"', "got 'forced'"),
        ('degree = "chosen"\n', "", "degree is missing"),
        ("known = true\n", "", "known is missing"),
        ("known = true", 'known = "perhaps"', "perhaps"),
        ("kept_days = 30", "kept_days = -3", "kept_days"),
        ("kept_days = 30", 'kept_days = "long"', "long"),
        ('slug = "shops"', 'slug = "Not a slug!"', "slug"),
        ('slug = "shops"', f'slug = "{"x" * 200}"', "slug"),
        ('"Quatre-Vents"', f'"{"x" * 300}"', "name"),
        ('"Keep one staffed checkout."', f'"{"x" * 400}"', "280"),
        ('text = { en = "Keep one staffed checkout." }', "words = 3", "text must be a text"),
        ("[frame]", "[frame", "not a TOML file"),
    ],
)
def test_a_declaration_that_cannot_be_used_is_refused_in_one_sentence(
    file: Path, good: str, bad: str, said: str
) -> None:
    assert GOOD.count(good) == 1
    file.write_text(GOOD.replace(good, bad))
    before = stored()
    result = run(file)
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.exception
    assert result.stderr.startswith("Error: shops.toml: ") and said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert stored() == before


def test_a_declaration_without_a_frame_is_refused(file: Path) -> None:
    file.write_text(GOOD[: GOOD.index("[frame]")])
    before = stored()
    assert run(file).stderr == "Error: shops.toml: frame is missing.\n"
    assert stored() == before


def test_a_file_in_latin_1_is_refused(file: Path) -> None:
    file.write_bytes(GOOD.replace("Scan", "Pesée").encode("latin-1"))
    result = run(file)
    assert result.exit_code == 1 and "not a TOML file in UTF-8" in result.stderr


def test_the_same_coproduction_a_second_time_is_refused(file: Path) -> None:
    run(file)
    before = stored()
    result = run(file)
    assert result.exit_code == 1 and "already exists" in result.stderr
    assert stored() == before
