"""PARTAGE_NO_SKIP=1 turns a skipped test into a failure: in CI nothing is left out in silence."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from django.test import override_settings

# A busy machine is no fault of the code: how long things take is measured by `partage bench`.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def own_register(tmp_path: Path) -> Iterator[None]:
    """Each test its own register files: those of another would look like a fork of its database."""
    with override_settings(
        REGISTER_DIR=tmp_path / "register",
        REGISTER_KEY=tmp_path / "register-key",
        ERASURE_LIST=tmp_path / "erased",
    ):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("PARTAGE_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
