"""A session of Spark, set up by whoever administers it, and what it says when it fails."""

import os
import re
import sys

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

SparkProblem = (PySparkException, Py4JError)
# The last line of a Python traceback, inside one of Java.
WORKER_ERROR = re.compile(r"^(?:\w+\.)*(\w+(?:Error|Exception): .+)$", re.MULTILINE)
GLOB = re.compile(r"([\[\]{}*?\\])")


def session(title: str, options: dict[str, str] | None = None) -> SparkSession:
    # Workers on this machine run the same Python, unless somebody said which.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(title)
    quiet = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    for name, value in (quiet | (options or {})).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")  # what goes wrong is said by who asked, once
    return spark


def address(path: str) -> str:
    """Of a file on this machine, in which no sign stands for others."""
    return "file://" + GLOB.sub(r"\\\1", path)


def cause(problem: Exception) -> str:
    """What went wrong in a worker, if that is what did, else the first line of what is said."""
    text = str(problem).strip() or "no reason given"
    of_workers: list[str] = WORKER_ERROR.findall(text)
    return (of_workers[0] if of_workers else text.splitlines()[0]).rstrip(".:")
