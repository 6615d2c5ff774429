"""Changing a frame at the desk: by effects, with a reason, as a next version that says what changed."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.coproductions.creation import frame_table, publish_frame
from partage.coproductions.frame_changes import what_changed
from partage.coproductions.models import Coproduction, Frame, Task
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, signed_in, stored
from tests.web.page import html_of, tags_of, words_of

REASON = "The board asked for it."
SCAN = {
    "name": {"en": "Scan", "fr": "Scanner"},
    "done_before_by": {"en": "Cashiers", "fr": "Caissières"},
    "degree": "obliged",
}
RECEIPTS = {
    "category": {"en": "Receipts", "fr": "Tickets"},
    "known": False,
    "purpose": {"en": "Advertising", "fr": "Publicité"},
    "commercial": True,
    "kept_days": 120,
}
FRAME: dict[str, Any] = {
    "payer": {"en": "The cooperative", "fr": "La coopérative"},
    "retention": {"en": "Kept for ever.", "fr": "Gardé sans fin."},
    "alternative": "staffed",
    "alternative_hours_a_week": 12,
    "sensitive": False,
    "tasks": [SCAN],
    "data": [RECEIPTS],
}


@pytest.fixture
def shops(db: None) -> Coproduction:
    decides = {"en": "The board decides.", "fr": "Le conseil décide."}
    return make_coproduction(decides=decides, families=["data"], frame=FRAME)


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


def typed(desk: Client, language: str = "en", **changes: object) -> dict[str, object]:
    """What the form holds when it is opened, as a browser sends it, with what somebody changes."""
    page = desk.get(at("change-frame", "shops", language=language))
    editor = page.context["editor"]
    found: dict[str, object] = {"version": page.context["coproduction"].frame.version}
    for part in (editor.tasks, editor.data):
        found |= {b.html_name: b.value() for b in part.management_form}
    for form in (editor.form, *editor.tasks, *editor.data):
        found |= {box.html_name: box.value() for box in form}
    held = {n: v for n, v in found.items() if v is not None and n != "keeps"}
    return held | {"do": "publish", "reason": REASON} | changes


def send(desk: Client, language: str = "en", **changes: object) -> Any:
    return desk.post(
        at("change-frame", "shops", language=language), typed(desk, language, **changes)
    )


def in_force() -> dict[str, Any]:
    frame = Coproduction.objects.get(slug="shops").frame
    assert frame
    return frame_table(frame)


def test_a_setting_is_shown_and_chosen_by_its_effect(desk: Client) -> None:
    page = words_of(desk.get(at("change-frame", "shops")))
    for effect in (
        "Whoever does not want to take part is served by a person.",
        "There is no other way, and the page warns of it.",
        "Obliged: without it nobody is served.",
        "It is taken without people knowing.",
        "It is sold, or used to sell.",
        "Somebody serves them so many hours a week",
        "It is erased after so many days",
    ):
        assert effect in page
    assert "retention" not in page and "alternative" not in page and "TOML" in page


def test_a_change_is_a_next_version_public_dated_with_its_reason_and_what_changed(
    desk: Client,
) -> None:
    sent = {"retention": "Names are erased 90 days after closing.", "data-0-kept_days": "90"}
    response = send(desk, **sent)
    assert response.status_code == 302 and response["Location"] == at("frame", "shops")
    page = words_of(Client().get(response["Location"]))
    assert "Version 2, published on" in page and REASON in page
    changed = page.partition("What this version changed")[2].partition("What is asked of you")[0]
    assert (
        "How long answers are kept Before: Kept for ever. "
        "Now: Names are erased 90 days after closing." in changed
    )
    assert "Data: Receipts Before:" in changed and "It is erased after 120 days." in changed
    assert "It is erased after 90 days." in changed.partition("Now:")[2]
    assert "Who decides" not in changed and "Scan" not in changed
    listed = page.partition("Versions")[2]
    assert "What changed: Data, How long answers are kept." in listed
    old = words_of(Client().get(at("frame-version", "shops", 1)))
    assert "Kept for ever." in old and "What this version changed" not in old
    assert Entry.objects.filter(kind="frame-published").last().public == {"version": 2}  # type: ignore[union-attr]


def test_what_the_form_does_not_ask_and_what_was_left_alone_stay_in_every_language(
    desk: Client,
) -> None:
    before = in_force()
    send(desk, ranking="At random.")
    assert in_force() == before | {"ranking": {"en": "At random."}}


def test_words_that_change_replace_those_of_other_languages_unless_the_sense_stays(
    desk: Client,
) -> None:
    send(desk, **{"tasks-0-name": "Scan and pay"})
    assert in_force()["tasks"] == [SCAN | {"name": {"en": "Scan and pay"}}]
    page = html_of(Client().get(at("frame", "shops", language="fr")))
    assert '<span lang="en">Scan and pay</span>' in page
    send(desk, "fr", **{"tasks-0-name": "Scanner et payer", "keeps": "on"})
    both = {"en": "Scan and pay", "fr": "Scanner et payer"}
    assert in_force()["tasks"] == [SCAN | {"name": both}]


def test_rows_are_added_and_taken_out(desk: Client) -> None:
    new = {"tasks-1-name": "Weigh", "tasks-1-degree": "endured", "tasks-0-name": ""}
    send(desk, **new, **{"tasks-0-done_before_by": "", "data-1-category": "Video"})
    assert in_force()["tasks"] == [{"name": {"en": "Weigh"}, "degree": "endured"}]
    assert [row["category"]["en"] for row in in_force()["data"]] == ["Receipts", "Video"]
    page = words_of(Client().get(at("frame", "shops")))
    assert "Tasks: Weigh Added: Endured:" in page and "Tasks: Scan Taken out: Obliged:" in page


@pytest.mark.parametrize("rows", ["tasks", "data"])
def test_a_press_adds_an_empty_row_and_keeps_what_was_typed(desk: Client, rows: str) -> None:
    before = stored()
    response = send(desk, do=f"add-{rows}", ranking="At random.", alternative="")
    names = {box.get("name") for box in tags_of(response, "input")}
    field = {"tasks": "name", "data": "category"}[rows]
    assert f"{rows}-2-{field}" in names and f"{rows}-3-{field}" not in names
    assert response.status_code == 200 and "At random." in html_of(response)
    assert 'role="alert"' not in html_of(response) and stored() == before


def test_what_would_change_is_seen_first_and_nothing_is_written(desk: Client) -> None:
    before = stored()
    response = send(desk, do="preview", reason="", ranking="At random.")
    page = words_of(response)
    assert response.status_code == 200 and "What this would change" in page
    assert "How the organization ranks what it shows Added: At random." in page
    assert stored() == before


def test_a_wait_of_zero_is_not_an_unknown_one(desk: Client) -> None:
    send(desk, alternative_wait_minutes="0")
    assert in_force()["alternative_wait_minutes"] == 0
    page = words_of(Client().get(at("frame", "shops")))
    assert "Usual wait Added: 0 minutes" in page


@pytest.mark.parametrize(("language", "hours"), [("en", "7.5"), ("fr", "7,5")])
def test_a_number_is_read_as_the_language_writes_it(
    desk: Client, language: str, hours: str
) -> None:
    assert send(desk, language, alternative_hours_a_week=hours).status_code == 302
    assert in_force()["alternative_hours_a_week"] * 2 == 15


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "promises never change without one."),
        ({"reason": " \u200b"}, "promises never change without one."),
        ({"ranking": ""}, "Every promise is as it stands"),
        ({"decides": " "}, "Say who decides."),
        ({"decides": "x" * 1001}, "at most 1000 characters (it has 1001)"),
        ({"families": "magic"}, "magic is not one of the available choices"),
        ({"alternative": ""}, "Say what happens to those who do not want to take part."),
        ({"alternative_hours_a_week": "many"}, "Give a number such as 12 or 1.5"),
        ({"alternative_hours_a_week": "169"}, "less than or equal to 168"),
        ({"alternative_hours_a_week": "NaN"}, "Give a number such as 12 or 1.5"),
        ({"alternative_wait_minutes": "-1"}, "greater than or equal to 0"),
        ({"tasks-0-name": ""}, "Say what people are asked to do."),
        ({"tasks-0-degree": "forced"}, "forced is not one of the available choices"),
        ({"data-0-category": ""}, "Say what is taken."),
        ({"data-1-kept_days": "0"}, "Say what is taken."),
        ({"data-0-kept_days": "soon"}, "Give a whole number of days such as 90"),
        ({"data-0-kept_days": "99999999999"}, "less than or equal to 36500"),
        ({"data-0-known": "perhaps"}, "perhaps is not one of the available choices"),
        ({"tasks-TOTAL_FORMS": "1000"}, "There are more than 30 rows"),
        ({"tasks-TOTAL_FORMS": "x"}, "The rows did not all arrive"),
        ({"data-TOTAL_FORMS": ""}, "The rows did not all arrive"),
    ],
)
def test_what_cannot_be_a_promise_is_refused_in_a_sentence_and_kept(
    desk: Client, changes: dict[str, str], sentence: str
) -> None:
    before, held = stored(), in_force()
    response = send(desk, **{"ranking": "At random.", **changes})
    page = words_of(response)
    assert response.status_code == 400 and "Nothing was published." in page and sentence in page
    assert "ranking" in changes or "At random." in html_of(response)
    assert stored() == before and in_force() == held


def test_a_megabyte_is_not_read(desk: Client) -> None:
    before = stored()
    response = send(desk, ranking="x" * 1_000_000)
    assert response.status_code == 400 and "it is too long" in html_of(response)
    assert stored() == before


def test_a_null_character_is_refused(desk: Client) -> None:
    before = stored()
    assert send(desk, ranking="a\0b").status_code == 400
    assert stored() == before


def test_of_two_people_on_one_version_the_second_is_told_and_loses_nothing(
    desk: Client, shops: Coproduction
) -> None:
    paul = signed_in(make_facilitator(shops, email="paul@example.org"))
    late = typed(paul, ranking="At random.")
    assert send(desk, retention="Erased at once.").status_code == 302
    before = stored()
    response = paul.post(at("change-frame", "shops"), late)
    page = words_of(response)
    assert response.status_code == 409 and stored() == before
    assert "Version 2 is in force now: it is not the one that you started from." in page
    assert "Before: Kept for ever. Now: Erased at once." in page
    assert "At random." in html_of(response) and REASON in html_of(response)
    now = next(b for b in tags_of(response, "input") if b.get("name") == "version")["value"]
    assert now == "2"
    assert paul.post(at("change-frame", "shops"), late | {"version": now}).status_code == 302
    assert in_force()["ranking"] == {"en": "At random."}


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "9" * 5000])
def test_a_version_that_never_was_is_a_conflict_too(desk: Client, version: str) -> None:
    before = stored()
    assert send(desk, ranking="At random.", version=version).status_code == 409
    assert stored() == before


@pytest.mark.parametrize("does", ["publish", "preview", "add-tasks"])
def test_whoever_does_not_facilitate_it_changes_nothing(desk: Client, does: str) -> None:
    other = signed_in(make_facilitator(make_coproduction("elsewhere"), email="paul@example.org"))
    sent, before = typed(desk, ranking="At random.", do=does), stored()
    assert other.post(at("change-frame", "shops"), sent).status_code == 403
    assert Client().post(at("change-frame", "shops"), sent).status_code == 302
    assert stored() == before


def test_words_are_shown_as_they_are_typed_never_as_html(desk: Client) -> None:
    wicked = "<script>alert(1)</script>"
    send(desk, **{"ranking": wicked, "tasks-1-name": wicked, "data-0-purpose": wicked})
    page = html_of(Client().get(at("frame", "shops")))
    assert "<script>alert" not in page and page.count("&lt;script&gt;alert") >= 4


def test_old_versions_stay_within_reach_when_there_are_many(shops: Coproduction) -> None:
    for number in range(2, 25):
        publish_frame(shops, {"payer": {"en": f"Payer {number}"}, "reason": {"en": REASON}})
    last, linked = Client().get(at("frame", "shops")), 24
    while linked > 1:
        links = [a["href"] for a in tags_of(last, "a") if "/frame/" in a["href"]]
        linked = min(int(link.split("/")[-2]) for link in links if link.split("/")[-2].isdigit())
        last = Client().get(at("frame-version", "shops", linked))
    assert "The cooperative" in words_of(last)
    assert Client().get(at("frame-version", "shops", 25)).status_code == 404
    assert Client().get(at("frame-version", "shops", 0)).status_code == 404


def test_the_database_refuses_a_second_version_without_a_reason(shops: Coproduction) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Frame.objects.filter(coproduction=shops).update(version=2)


TEXT = st.dictionaries(st.sampled_from(["en", "fr"]), st.text("abc", min_size=1), min_size=1)
TASKS = st.lists(
    st.fixed_dictionaries({"name": TEXT, "degree": st.sampled_from(Task.Degree.values)}), max_size=4
)
FRAMES = st.fixed_dictionaries(
    {
        "alternative": st.sampled_from(Frame.Alternative.values),
        "sensitive": st.booleans(),
        "tasks": TASKS,
    },
    optional={"law": TEXT, "alternative_wait_minutes": st.integers(0, 3)},
)


@given(FRAMES, FRAMES)
@settings(deadline=None)
def test_nothing_is_said_to_change_exactly_when_nothing_does(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert what_changed(one, one) == []
    alike = {**one, "tasks": None} == {**other, "tasks": None}
    same_tasks = sorted(map(repr, one["tasks"])) == sorted(map(repr, other["tasks"]))
    assert bool(what_changed(one, other)) == (not (alike and same_tasks))


def offered(desk: Client) -> set[str]:
    page = desk.get(at("change-frame", "shops"))
    return {tag["value"] for tag in tags_of(page, "input") if tag.get("name") == "assurance"}


def test_only_what_people_can_show_on_this_site_is_offered(desk: Client, settings: Any) -> None:
    always = {"open", "code", "list"}
    for is_on, providers, more in (
        (False, (), set()),
        (True, (), {"mail"}),
        (False, ("one",), {"identity"}),
        (True, ("one", "other"), {"mail"}),
    ):
        settings.MAIL_IS_ON, settings.IDENTITY_PROVIDERS = is_on, providers
        assert offered(desk) == always | more


def test_what_the_site_cannot_ask_is_refused_in_the_language_of_the_reader(
    desk: Client, settings: Any
) -> None:
    settings.MAIL_IS_ON = False
    sent = typed(desk, "fr", assurance="mail", reason="Chacun compte une fois.")
    refused = desk.post(at("change-frame", "shops", language="fr"), sent | {"do": "publish"})
    assert refused.status_code == 400
    assert "On ne peut pas montrer cela sur ce site" in words_of(refused)
    assert "sends no mail" not in words_of(refused)
    assert Frame.objects.count() == 1
