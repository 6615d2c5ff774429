"""The file of OpenID Connect providers: what is wrong in it is said by name, before the site starts."""

from pathlib import Path

import pytest

from partage.config.environment import SettingError
from partage.config.identity_providers import read_providers

WHOLE = """
[franceconnect]
name = "FranceConnect"
issuer = "https://id.example/api/v2"
client_id = "us"
client_secret = "secret"
acr = "eidas1"
client_auth = "post"
"""


def read(folder: Path, text: str, *, site_is_local: bool = False) -> list[str]:
    file = folder / "providers.toml"
    file.write_text(text)
    return [one.slug for one in read_providers(str(file), site_is_local=site_is_local)]


def test_a_file_gives_its_providers_and_no_file_gives_none(tmp_path: Path) -> None:
    assert read_providers("", site_is_local=False) == ()
    assert read(tmp_path, WHOLE + WHOLE.replace("[franceconnect]", "[other]")) == [
        "franceconnect",
        "other",
    ]


@pytest.mark.parametrize(
    ("this", "that", "sentence"),
    [
        ("[franceconnect]", "[France Connect]", "cannot be read"),
        ("[franceconnect]", "[FranceConnect]", "small letters"),
        ("[franceconnect]", "x = 1\n[franceconnect]", "must be a table"),
        ('name = "FranceConnect"', "", "franceconnect.name is missing"),
        ('client_secret = "secret"', 'client_secret = ""', "client_secret is missing"),
        ('client_id = "us"', "client_id = 7", "between quotes, got 7"),
        ('acr = "eidas1"', 'level = "eidas1"', "level is not known here"),
        ("https://", "http://", "must begin with https://, got 'http://id.example/api/v2'"),
        ("https://", "https://me:pass@", "must begin with https://"),
        ("https://id.example", "https://[", "must begin with https://"),
        ('"post"', '"jwt"', "must be one of ('basic', 'post'), got 'jwt'"),
        ('acr = "eidas1"', 'algorithm = "none"', "must be one of"),
        ('acr = "eidas1"', 'scope = "email"', "must hold openid"),
        ('acr = "eidas1"', 'jwks_uri = "https://id.example/k"', "give all of"),
    ],
)
def test_what_is_wrong_is_said_by_name(this: str, that: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError) as refused:
        read(tmp_path, WHOLE.replace(this, that, 1))
    said = str(refused.value)
    assert sentence in said and said.startswith("PARTAGE_IDENTITY_PROVIDERS")
    assert "secret'" not in said


def test_a_file_that_is_not_there_and_too_many_providers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot be read"):
        read_providers(str(tmp_path / "nothing"), site_is_local=False)
    many = "".join(WHOLE.replace("franceconnect", f"p{number}") for number in range(9))
    with pytest.raises(SettingError, match="9 providers are too many"):
        read(tmp_path, many)


def test_in_the_clear_on_this_machine_alone(tmp_path: Path) -> None:
    here = WHOLE.replace("https://id.example", "http://localhost:9000")
    assert read(tmp_path, here, site_is_local=True) == ["franceconnect"]
    with pytest.raises(SettingError, match="must begin with https://"):
        read(tmp_path, here)
    with pytest.raises(SettingError, match="must begin with https://"):
        read(tmp_path, WHOLE.replace("https://", "http://"), site_is_local=True)
