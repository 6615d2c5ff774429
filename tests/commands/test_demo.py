"""`partage demo`: one command, and a site with samples answers until Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from partage.commands.throwaway_postgres import free_port


def environment(port: int) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PARTAGE_")}
    ours.pop("DJANGO_SETTINGS_MODULE", None)
    address = {
        "PARTAGE_LISTEN": f"127.0.0.1:{port}",
        "PARTAGE_BASE_URL": f"http://localhost:{port}",
    }
    return {**ours, **address, "PARTAGE_WEB_PROCESSES": "1", "PYTHONUNBUFFERED": "1"}


def read(address: str) -> str:
    """The page, waited for while the server starts."""
    for _ in range(450):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")


@pytest.mark.slow
def test_the_demo_serves_its_samples_and_stops_cleanly(tmp_path: Path) -> None:
    port = free_port()
    printed = tmp_path / "printed"
    with printed.open("w") as file:
        demo = subprocess.Popen(
            [sys.executable, "-m", "partage", "demo"],
            cwd=tmp_path, env=environment(port), stdout=file, stderr=file,
        )  # fmt: skip
    try:
        home = read(f"http://localhost:{port}/en/")
        addresses = re.findall(r"http://localhost:\S+", printed.read_text())
        pages = [read(address) for address in addresses]
    finally:
        demo.send_signal(signal.SIGINT)
        code = demo.wait(timeout=30)
    assert "Open now" in home and len(addresses) == 15
    assert all("<html" in page for page in pages)
    assert any("A bench by the checkouts" in page for page in pages)
    assert any("The coming quarter" in page for page in pages)
    assert any("16 for, 4 against, 2 abstentions" in page for page in pages)
    assert (code, "Traceback" in printed.read_text()) == (0, False)
    assert (tmp_path / "var" / "demo" / "partage.sqlite3").exists()


def test_a_taken_port_is_said_in_one_sentence_before_anything_is_emptied(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        found = subprocess.run(
            [sys.executable, "-m", "partage", "demo"],
            cwd=tmp_path, env=environment(other.getsockname()[1]), capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
    assert found.returncode == 1
    assert found.stderr.startswith("Error: Port ") and "PARTAGE_LISTEN" in found.stderr
    assert not list(tmp_path.glob("var/demo/*.sqlite3"))
