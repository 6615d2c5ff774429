"""Works as tests describe them: a row with sensible words, changed where it matters."""

import csv
import io
from pathlib import Path

from partage.coproductions.models import Organization
from partage.library.keeping import keep_works
from partage.library.models import Work
from partage.library.reading import COLUMNS, read_work

ROW = {
    "id": "cese-2016-12",
    "title": "La coproduction à l'heure du numérique",
    "institution": "CESE",
    "region": "France",
    "kind": "avis",
    "date": "2016-11-29",
    "rapporteurs": "Jeanne Martin",
    "votes_for": "156",
    "votes_against": "0",
    "votes_abstain": "2",
    "url": "https://body.example/2016-12",
    "language": "fr",
    "themes": "plateformes;consommation",
    "summary": "Ce que les consommateurs font eux-mêmes, et qui en profite.",
    "source_url": "https://body.example/list",
}


def row(slug: str = "cese-2016-12", **changes: str) -> dict[str, str]:
    return ROW | {"id": slug, **changes}


def make_work(
    slug: str = "cese-2016-12", *, shelf: Organization | None = None, **changes: str
) -> Work:
    keep_works([read_work(row(slug, **changes))], shelf)
    return Work.objects.get(slug=slug)


def as_csv(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def written(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    path = folder / "works.csv"
    path.write_text(as_csv(*rows, columns=columns), "utf-8", newline="")
    return path
