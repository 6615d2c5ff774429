"""The wheel alone, in an empty environment, is a working site."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "var", "tests", "*.mo", "__pycache__", ".*_cache"
)
STARTS_WITHIN = 60
pytestmark = pytest.mark.slow


def environment(settings: dict[str, str]) -> dict[str, str]:
    """These settings, and none of the variables under which the tests run."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("PARTAGE_", "DJANGO_"))}
    return plain | settings


def run(*command: str | Path, **settings: str) -> str:
    """What the command says; it must succeed."""
    done = subprocess.run(
        command, env=environment(settings), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sources alone: no translation compiled earlier slips in."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "source", ignore=LEFT_OUT)
    pip = (sys.executable, "-m", "pip")
    run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, folder / "source")
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def partage(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `partage` command of an environment that holds the wheel and what it requires."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", venv)
    install = (venv / "bin/python", "-m", "pip", "install", "--quiet")
    run(*install, "--require-hashes", "-r", ROOT / "requirements/base.txt")
    run(*install, "--no-deps", wheel)
    return venv / "bin/partage"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "PARTAGE_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "PARTAGE_LISTEN": f"127.0.0.1:{port}",
        "PARTAGE_BASE_URL": f"http://localhost:{port}",
    }


@pytest.fixture(scope="module")
def site(partage: Path, settings: dict[str, str]) -> Iterator[str]:
    """The address of a site served from the wheel, with the sample in it."""
    serving = subprocess.Popen([partage, "serve"], env=environment(settings))
    try:
        wait_for(f"{settings['PARTAGE_BASE_URL']}/readyz", serving)
        samples = next(partage.parent.parent.glob("lib/*/site-packages/partage/samples"))
        sample = samples / "coproductions/self-checkout.toml"
        run(partage, "import", "coproduction", sample, **settings)
        yield settings["PARTAGE_BASE_URL"]
    finally:
        serving.terminate()
        serving.wait(timeout=20)


def wait_for(address: str, serving: "subprocess.Popen[bytes]") -> None:
    began = time.monotonic()
    while time.monotonic() - began < STARTS_WITHIN and serving.poll() is None:
        try:
            get(address)
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"{address} did not answer; exit code {serving.poll()}")


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own site
        assert answer.status == 200
        return str(answer.read().decode())


def test_wheel_holds_pages_styles_samples_and_translations(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "partage/templates/base.html",
        "partage/static/partage.css",
        "partage/samples/coproductions/self-checkout.toml",
        "partage/calc/parameters/labour.toml",
        "partage/locale/fr/LC_MESSAGES/django.mo",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith("tests/")]


def test_command_says_its_version(partage: Path) -> None:
    assert re.fullmatch(r"partage, version \d+\.\d+\.\d+\n", run(partage, "--version"))


def test_check_finds_nothing_missing_once_served(
    partage: Path, settings: dict[str, str], site: str
) -> None:
    assert "Nothing is missing." in run(partage, "check", **settings)


def test_site_serves_pages_and_the_style_they_name(site: str) -> None:
    page = get(f"{site}/en/coproductions/self-checkout/")
    assert "Self-checkouts" in page
    style = re.search(r'href="(/static/partage\.[0-9a-f]+\.css)"', page)
    assert style is not None, page
    assert "{" in get(site + style[1])


def test_site_speaks_french(site: str) -> None:
    title = re.compile(r"<title>(.*?)</title>", re.DOTALL)
    english, french = (title.search(get(f"{site}/{language}/")) for language in ("en", "fr"))
    assert english and french and english[1] != french[1]


def test_landscape_needs_no_site(partage: Path, tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    rows = [f"p{person},s{one},agree\n" for person in range(12) for one in range(3)]
    votes.write_text("participant,statement,vote\n" + "".join(rows), "utf-8")
    assert "12 people cast 36 votes" in run(partage, "landscape", votes)
