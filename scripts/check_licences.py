"""Refuse a run-time dependency whose licence is not permissive, LGPL or MPL.

`python scripts/check_licences.py requirements/base.txt`
"""

import re
import sys
from email import message_from_string
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ACCEPTED = re.compile(
    r"(0BSD|MIT-0|Artistic License|Apache-2\.0|BSD|BSD-[23]-Clause|BSD License|CC0-1\.0|ISC|MIT|MIT License|PSF-2\.0"
    r"|Python Software Foundation License|Apache Software License|Zlib|Unlicense"
    r"|LGPL-[23]\.[01](-only|-or-later)?|MIT-CMU|MPL-[12]\.[01]|Mozilla Public License 2\.0 \(MPL 2\.0\))"
)
LONGEST_NAME = 60
# Packages that say nothing machine-readable, read by hand: the licence and where it was read.
READ_BY_HAND = {
    ("pysqlite3", "0.6.1"): "Zlib",  # LICENSE in its source
}

# Packages that offer several, of which we take one: read by hand too.
CHOSEN = {
    # "Artistic License or GPL or GPLv2+", README in its source; its Artistic License is permissive
    ("text-unidecode", "1.3"): "Artistic License",
    ("pyphen", "0.18.1"): "MPL-1.1",  # "GPL 2.0+/LGPL 2.1+/MPL 1.1", README.rst in its source
}


def pinned(file: Path) -> list[Requirement]:
    """What the file pins for this Python and this system."""
    lines = [line.removesuffix("\\") for line in file.read_text("utf-8").splitlines()]
    found = [Requirement(line) for line in lines if re.match(r"[a-zA-Z0-9]", line)]
    return [one for one in found if one.marker is None or one.marker.evaluate()]


def licence_of(package: Distribution) -> str:
    """The licence's name as the package gives it; empty when it gives none."""
    told = message_from_string(package.read_text("METADATA") or "")
    expression, words = told.get("License-Expression", ""), told.get("License", "")
    classified = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier", [])
        if line.startswith("License :: OSI Approved ::")
    ]
    chosen = CHOSEN.get((package.name, package.version), "")
    by_hand = READ_BY_HAND.get((package.name, package.version), "")
    short = words if len(words) <= LONGEST_NAME else ""
    return chosen or expression or " AND ".join(classified) or short or by_hand


def is_accepted(licence: str) -> bool:
    """Every licence named must do: where a package offers a choice, it is made above."""
    names = re.split(r" AND | OR ", licence.replace("(MPL 2.0)", "\0"))
    plain = [name.strip(" ()").replace("\0", "(MPL 2.0)") for name in names]
    return all(ACCEPTED.fullmatch(name) for name in plain)


def main(file: Path) -> None:
    refused = []
    for requirement in pinned(file):
        licence = licence_of(distribution(requirement.name))
        if not is_accepted(licence):
            refused.append(f"{requirement.name}: {licence or 'unknown licence'}")
    if refused:
        sys.exit("Not permissive, LGPL or MPL:\n" + "\n".join(refused))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
