"""The public files of a log, as their addresses serve them: what is signed, and nothing beyond."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from partage.calc.merkle import Frontier, leaf_hash
from partage.calc.tiles import Tile, cut, entries_in, tiles_of
from partage.register.checkpoints import open_checkpoint
from partage.register.keys import verifiers_of
from partage.register.models import Log
from partage.register.sequencer import current_log, place_batch, seal
from partage.register.storage import folder_of, tile_bytes
from tests.factories import at
from tests.register.registers import files_in, record_acts, sealed

pytestmark = pytest.mark.django_db


def fetch(path: str, number: int = 1) -> HttpResponse:
    return Client().get(f"/register/{number}/{path}")  # type: ignore[return-value]


def test_all_that_is_signed_is_served_as_the_files_hold_it() -> None:
    sealed(300)
    for path, content in files_in(folder_of(1)).items():
        answer = fetch(path)
        assert (answer.status_code, answer.content) == (200, content), path
        moment = "max-age=2" if "tile" not in path else "immutable"
        assert moment in answer["Cache-Control"]
    assert at("log-checkpoint", 1, language="fr") == "/register/1/checkpoint"


def test_what_is_served_adds_up_to_the_signed_root() -> None:
    sealed(300)
    log, tree = current_log(), Frontier()
    head, _note = open_checkpoint(fetch("checkpoint").content.decode(), verifiers_of(log))
    for tile in tiles_of(head.size):
        if tile.level == "entries":
            tree.extend([leaf_hash(entry) for entry in entries_in(fetch(tile.path).content)])
    assert (tree.size, tree.root()) == (300, head.root)


def test_nothing_beyond_the_signed_size_is_served() -> None:
    sealed(10)
    record_acts(300)
    place_batch()
    for tile in tiles_of(256):
        assert fetch(tile.path).status_code == 404, tile.path
    assert fetch("tile/0/000.p/11").status_code == 404
    assert fetch("tile/entries/000.p/10").status_code == 200


@pytest.mark.parametrize(
    "path", ["tile/0/1", "tile/0/000.p/0", "tile/9/000", "tile/1/000", "tile/0/x001/000", "tile/0/",
             "cosigned", "tile/7/999", "tile/entries/" + "x999/" * 5 + "999"]
)  # fmt: skip
def test_what_does_not_exist_is_not_found(path: str) -> None:
    sealed(300)
    assert fetch(path).status_code == 404
    assert fetch("checkpoint", number=2).status_code == 404


def test_before_the_first_signature_nothing_is_served() -> None:
    record_acts(1)
    place_batch()
    for path in ("checkpoint", "vkey", "cosigned", "tile/0/000.p/1"):
        assert fetch(path).status_code == 404
    assert Client().post("/register/1/checkpoint").status_code == 405


def test_narrow_tiles_go_once_full_and_are_still_served_out_of_the_full_one() -> None:
    narrow: dict[str, bytes] = {}
    for count in (5, 100, 140):
        sealed(count)
        for tile in tiles_of(current_log().size):
            narrow[tile.path] = fetch(tile.path).content
    assert [path for path in files_in(folder_of(1)) if "000.p" in path]
    record_acts(100)
    seal()
    left = [path for path in files_in(folder_of(1)) if ".p/" in path]
    assert sorted(left) == ["tile/0/001.p/89", "tile/1/000.p/1", "tile/entries/001.p/89"]
    for path, content in narrow.items():
        assert fetch(path).content == content, path
    whole = tile_bytes(1, Tile(0, 0))
    assert fetch("tile/0/000.p/77").content == cut(Tile(0, 0, 77), whole)


def test_a_tile_whose_file_is_lost_is_made_again_out_of_the_rows() -> None:
    sealed(600)
    for path, content in files_in(folder_of(1) / "tile").items():
        (folder_of(1) / "tile" / path).unlink()
        assert fetch(f"tile/{path}").content == content
    full = ["0/000", "0/001", "entries/000", "entries/001"]
    assert sorted(files_in(folder_of(1) / "tile")) == full  # narrow ones are cheap to make


def test_a_tile_whose_file_and_rows_are_lost_is_not_found() -> None:
    sealed(10)
    (folder_of(1) / "tile/entries/000.p/10").unlink()
    Log.objects.update(number=3)
    assert fetch("tile/entries/000.p/10", number=3).status_code == 404
    assert settings.REGISTER_DIR.is_dir()


def test_upper_tiles_grow_by_one_hash_when_a_tile_below_is_full() -> None:
    for size, count in ((255, 255), (256, 1), (512, 256), (1024, 512)):
        sealed(count)
        assert current_log().size == size
        if size >= 256:
            upper = fetch(f"tile/1/000.p/{size // 256}").content
            assert len(upper) == 32 * (size // 256)
