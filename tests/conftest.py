"""PARTAGE_NO_SKIP=1 turns a skipped test into a failure: in CI nothing is left out in silence."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def own_register(settings: LazySettings, tmp_path: Path) -> None:
    """Each test its own register files: those of another would look like a fork of its database."""
    settings.REGISTER_DIR = tmp_path / "register"
    settings.REGISTER_KEY = tmp_path / "register-key"
    settings.ERASURE_LIST = tmp_path / "erased"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("PARTAGE_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
