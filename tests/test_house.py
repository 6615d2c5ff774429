"""The rules of the house, held by a machine: what is used, what is public, what writes, how much."""

import ast
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import signals
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation.template import templatize

from partage.accounting.publication import publish_account
from partage.assemblies.votes import close_vote
from partage.calls.models import Call
from partage.contributions.models import (
    Progress,
    Statement,
)
from partage.coproductions.creation import publish_frame
from partage.coproductions.rescheduling import reschedule
from partage.opinions.importing import import_opinion
from partage.opinions.models import Opinion
from tests.factories import (
    at,
    make_assembly,
    make_assembly_vote,
    make_call,
    make_coproduction,
    make_device,
    make_facilitator,
    make_idea,
    make_people,
    make_report,
    make_statement,
    make_statements,
    make_supports,
    make_votes,
    participant_of,
    publish_results,
    signed_in,
)
from tests.fund.rounds import make_project, make_round
from tests.library.works import make_work
from tests.opinions.opinion_file import as_bytes, small
from tests.test_matrix import ACCOUNT, lines
from tests.training.learning import make_programme, make_skill
from tests.unrecorded import RECORD_NOTHING, WRITE_UNRECORDED

PACKAGE = Path(settings.PACKAGE)
TEMPLATES = PACKAGE / "templates"
SOURCES = [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]

PUBLIC = (
    "root", "healthz", "readyz", "metrics", "home", "how", "search", "library", "ecodesign", "sign-in", "sign-in-link",
    "sign-in-code", "sign-in-passkey", "sign-in-identity", "identity-back", "prove-identity", "other-device", "device-link", "sign-in-second-code", "coproduction", "frame", "frame-version", "vote",
    "undo", "prove", "contested-set", "restrict-use", "consent-receipt", "consent", "withdraw", "my-answers", "propose", "ballot-sheet", "poster", "results",
    "where-am-i", "results-csv", "results-json", "account", "account-json", "account-csv",
    "account-declaration", "account-compare", "account-what-if", "account-variants",
    "account-variant", "account-counter", "account-line", "voices", "parameters", "parameter",
    "register", "status", "log-checkpoint", "log-cosigned", "log-vkey", "log-tile", "ideas", "ideas-csv",
    "ideas-feed", "propose-idea", "similar-ideas", "idea", "idea-vote",
    "change-idea", "idea-versions", "outcomes", "statement", "withdraw-mine", "report",
    "notice", "contest", "moderation", "moderation-csv", "helped", "receipt", "receipt-file",
    "erase", "learning", "programmes-csv", "programme", "skills", "skill-claim", "make-badge", "claim-skill",
    "my-skills", "verify-badge", "badge-issuer", "badge-keys", "badge-key", "badge-skill", "badge-status",
    "measured", "measured-csv", "api-events", "fund", "fund-feed", "fund-round", "propose-project",
    "oai", "robots", "sitemap", "sitemap-file", "shelves", "shelf", "works-feed", "work", "work-citation", "project", "withdraw-project", "fund-ballot", "shares", "my-shares-here", "my-shares",
    "my-shares-csv", "my-shares-json", "test-reports", "test-reports-csv", "test-reports-feed", "file-test-report",
    "trial-task", "test-report", "calls", "call-new", "call",
    "call-support", "call-news", "call-erase", "opinions", "opinion", "opinion-version", "opinion-versions",
    "recommendation", "opinion-json", "opinion-md", "opinion-xml", "opinion-pdf", "opinion-board",
    "coproductions-feed", "calls-feed", "outcomes-feed", "results-feed", "sentences-feed",
    "frame-feed", "idea-feed", "variants-feed", "news", "mail-confirm", "mail-stop", "reminders-stop", "assemblies",
    "desk-mail-stop",
    "api-index", "api-openapi", "api-docs", "api-coproductions", "api-coproduction", "api-frames",
    "api-frame", "api-releases", "api-results", "api-months", "api-decisions", "api-statements",
    "api-statement", "api-ideas", "api-idea", "api-arguments", "api-outcomes", "api-trial-tasks",
    "api-test-reports", "api-test-report", "api-calls", "api-call", "api-works", "api-work", "api-opinions", "api-opinion",
    "api-versions", "api-recommendations", "api-recommendation", "api-accounts", "api-account",
    "api-figures", "api-fund", "api-movements", "api-rounds", "api-round", "api-projects",
    "api-project", "api-shares", "api-share",
    "assembly", "assembly-vote", "assembly-vote-names", "assembly-vote-csv", "assembly-vote-json",
    "member-link", "member", "member-leave", "ballot",
    "results-embed", "open-data", "open-data-dcat", "open-data-polis", "open-data-file", "site-open-data", "site-dcat",
    "fields-json", "table", "field", "site-file",
    "debate", "amendments", "amendment", "support-amendment", "amendment-act", "revise-amendment",
    "amend", "amendments-feed", "group-declaration", "my-data", "take-away", "erase-all", "legal-notice", "personal-data", "debate-rules", "accessibility", "site-map", "help", "data-requests", "data-request",
)  # fmt: skip


WRITES = frozenset(
    [
        "save",
        "delete",
        "create",
        "bulk_create",
        "update",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "create_person",
        "executemany",
        "insert_each",
    ]
)


def test_every_template_is_used() -> None:
    texts = [path.read_text("utf-8") for path in (*SOURCES, *TEMPLATES.rglob("*.html"))]
    named = set(re.findall(r"""["']([\w/-]+\.html)["']""", "\n".join(texts)))
    there = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    assert there == named


def views(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, Callable[..., object]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield str(pattern.name), pattern.callback


def test_the_pages_without_sign_in_are_exactly_these() -> None:
    everything = views(get_resolver().url_patterns)
    open_to_all = [name for name, view in everything if not getattr(view, "login_required", True)]
    assert sorted(open_to_all) == sorted(PUBLIC)


def some_pages() -> tuple[Client, list[str]]:
    """Somebody who is both participant and facilitator, and every page of a lively site."""
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 3)
    make_votes(make_people(coproduction, 12), statements)
    publish_results(coproduction)
    make_idea(coproduction, pk=1)
    make_report(coproduction, pk=1)
    make_statement(coproduction, state=Progress.WAITING)
    browser = signed_in(make_facilitator(coproduction))
    browser.cookies |= make_device(coproduction).cookies
    make_votes([participant_of(browser, coproduction)], statements[:1])
    publish_account(coproduction, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    make_call(coproduction, pk=1)
    make_work()
    make_project(make_round(coproduction), pk=1)
    make_programme(make_skill(coproduction, pk=1), pk=1)
    import_opinion(as_bytes(small()))
    Opinion.objects.update(coproduction=coproduction)
    close_vote(make_assembly_vote(make_assembly()))
    return browser, [at(name, *words.split()) for name, (words, *_) in lines().items()]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_a_page_writes_nothing(method: str) -> None:
    browser, addresses = some_pages()
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            getattr(browser, method)(address, follow=True)
        for query in queries:
            assert not re.match(r"\s*(INSERT|UPDATE|DELETE)", query["sql"], re.I), address


def fill(items: int) -> Client:
    """A site where every list holds so many items, and somebody who may read them all."""
    facilitator = make_facilitator()
    browser = signed_in(facilitator)
    coproductions = [make_coproduction(f"other-{n}") for n in range(items - 1)]
    coproduction = make_coproduction("shops")
    for mine in (*coproductions, coproduction):
        mine.roles.create(person=facilitator, kind="facilitator")
    browser.cookies |= make_device(coproduction).cookies
    statements = make_statements(coproduction, items)
    people = [participant_of(browser, coproduction), *make_people(coproduction, 12)]
    make_votes(people, statements)
    publish_results(coproduction)
    waiting = make_statements(coproduction, items)
    Statement.objects.filter(pk__in=[s.pk for s in waiting]).update(
        state="waiting", author=people[0]
    )
    for _number in range(items):
        make_supports(make_call(coproduction), 2)
        make_call(coproduction, state=Call.State.WAITING)
    for number in range(items // 10):
        words = {"en": "Something"}
        task, data = {"name": words, "degree": "chosen"}, {"category": words, "known": True}
        stage = coproduction.stages.get()
        closes = (stage.closes_at or stage.opens_at) + timedelta(days=1)
        last = stage.changes.values_list("pk", flat=True).first() or 0
        reschedule(stage, stage.opens_at, closes, after=last, reason="One more.", language="en")
        tables = {"tasks": [task] * (number + 1), "data": [data] * (number + 1)}
        publish_frame(coproduction, tables | {"reason": words})
    return browser


LISTS = [
    "home",
    "desk",
    "calls",
    "calls-desk",
    "results",
    "my-answers",
    "propose",
    "queue",
    "coproduction",
    "frame",
]


def queries_of(browser: Client) -> dict[str, int]:
    found = {}
    for name in LISTS:
        address = at(name, *([] if name in {"home", "desk", "calls", "calls-desk"} else ["shops"]))
        address += "?order=agreed" if name == "results" else ""
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        found[name] = len(queries)
    return found


def measured(items: int) -> dict[str, int]:
    with transaction.atomic():
        found = queries_of(fill(items))
        transaction.set_rollback(True)
    shutil.rmtree(settings.REGISTER_DIR)  # of the database that is undone
    return found


@pytest.mark.django_db
def test_lists_of_twenty_and_of_two_hundred_take_as_many_queries_at_most_twelve() -> None:
    few = measured(20)
    assert measured(200) == few
    assert max(few.values()) <= 12, few


def calls(function: ast.FunctionDef) -> set[str]:
    named = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {func.id for func in named if isinstance(func, ast.Name)}


def is_atomic(function: ast.FunctionDef) -> bool:
    return any("transaction.atomic" in ast.unparse(one) for one in function.decorator_list)


def atomic_functions() -> Iterator[tuple[str, str, dict[str, ast.FunctionDef]]]:
    for path in SOURCES:
        if path.name != "views.py" and "commands" not in path.parts:
            tree = ast.parse(path.read_text("utf-8"))
            functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
            for name, function in functions.items():
                if is_atomic(function):
                    yield str(path.relative_to(PACKAGE.parent)), name, functions


def records(name: str, functions: dict[str, ast.FunctionDef], seen: frozenset[str]) -> bool:
    """Whether a function calls record(…) or its like for many, itself or through one of the same module."""
    called = calls(functions[name])
    others = (called & functions.keys()) - seen
    return bool({"record", "record_all", "record_alike"} & called) or any(
        records(o, functions, seen | {o}) for o in others
    )


def test_every_act_is_recorded_in_its_transaction() -> None:
    found = {
        f"{path}:{name}": records(name, fs, frozenset({name}))
        for path, name, fs in atomic_functions()
    }
    assert found, "no act was found: the test looks in the wrong place"
    assert {name for name, does in found.items() if not does} == set(RECORD_NOTHING)


def written_by(function: ast.FunctionDef) -> set[str]:
    """The methods, and the function that inserts many rows, by which a function changes rows."""
    called = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    methods = {func.attr for func in called if isinstance(func, ast.Attribute)}
    return (methods | {func.id for func in called if isinstance(func, ast.Name)}) & WRITES


def is_recorded(name: str, functions: dict[str, ast.FunctionDef]) -> bool:
    """Whether it records, or is only a part of functions beside it that do."""
    callers = [other for other, function in functions.items() if name in calls(function)]
    return records(name, functions, frozenset({name})) or (
        bool(callers) and all(records(one, functions, frozenset({one})) for one in callers)
    )


def test_whatever_changes_rows_is_recorded_or_is_listed_with_a_reason() -> None:
    found = set()
    for path in SOURCES:
        if not {"commands", "calc"} & set(path.parts):
            tree = ast.parse(path.read_text("utf-8"))
            nodes = [*ast.walk(tree), *tree.body]  # a function of the module hides a method
            functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
            for name, function in functions.items():
                if written_by(function) and not is_recorded(name, functions):
                    found.add(f"{path.relative_to(PACKAGE)}:{name}")
    assert found == set(WRITE_UNRECORDED)


@pytest.mark.django_db
def test_migrations_are_complete_and_named() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=said, stderr=said)
    names = [path.stem for path in PACKAGE.glob("*/migrations/0*.py")]
    assert names and not [name for name in names if "_auto_" in name]


def test_nothing_listens_to_signals_and_nothing_is_generic() -> None:
    texts = "".join(path.read_text("utf-8") for path in SOURCES)
    hidden = (
        r"@receiver|_(save|delete|changed|init|migrate)\.connect\(|GenericForeignKey|GenericRel"
    )
    assert re.findall(hidden, texts) == []
    for name in ("pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"):
        listening = [repr(one) for one in getattr(signals, name).receivers]
        assert not [one for one in listening if "partage" in one]


def french() -> Catalog:
    file = PACKAGE / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    return read_po(BytesIO(file.read_bytes()), locale="fr")


def sentences() -> set[str]:
    """Every sentence that the code or a template asks gettext for."""
    templates = [templatize(path.read_text("utf-8")) for path in TEMPLATES.rglob("*.html")]
    unindented = ["\n".join(map(str.strip, text.splitlines())) for text in templates]
    texts = [path.read_text("utf-8") for path in SOURCES] + unindented
    words = {
        **DEFAULT_KEYWORDS,
        "gettext_lazy": None,
        "gettext_noop": None,
        "ngettext_lazy": (1, 2),
    }
    options = {"encoding": "utf-8"}
    found = set()
    for text in texts:
        for _line, message, _c, _x in extract("python", BytesIO(text.encode()), words, (), options):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found - {""}


def test_every_french_sentence_is_there_and_none_is_a_guess() -> None:
    messages = [message for message in french() if message.id]
    assert len(messages) > 100
    assert [m.id for m in messages if m.fuzzy] == []
    translations = {
        m.id: m.string if isinstance(m.string, tuple) else (m.string,) for m in messages
    }
    assert [words for words, found in translations.items() if not all(found)] == []


def test_every_sentence_of_the_site_has_its_french() -> None:
    known = {m.id[0] if isinstance(m.id, tuple) else m.id for m in french()}
    assert sorted(sentences() - known) == []
