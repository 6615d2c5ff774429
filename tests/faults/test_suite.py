"""A short run of every fault, on real servers and real disks."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SKIPPED_CODE = 77


@pytest.mark.slow
def test_no_fault_breaks_a_promise() -> None:
    # Not `run`, which would kill it at a Ctrl-C before it has unmounted its disks.
    with subprocess.Popen(
        [sys.executable, "-m", "faults", "suite"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as suite:
        said, _nothing = suite.communicate()
    if suite.returncode == SKIPPED_CODE:
        pytest.skip(said)
    assert suite.returncode == 0, said
