"""Test data: plain functions that make what a test needs, with sensible words by default."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import OperationalError
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from partage.assemblies.assembling import (
    Newcomer,
    add_members,
    create_assembly,
    make_member_link,
)
from partage.assemblies.models import Assembly, Member
from partage.assemblies.models import Vote as AssemblyVote
from partage.assemblies.votes import declare_vote, open_vote
from partage.calls.models import Call, Support
from partage.contributions.models import (
    Idea,
    Progress,
    Release,
    Rule,
    Statement,
    TestReport,
    TrialTask,
    Vote,
)
from partage.contributions.worker import one_pass
from partage.coproductions.creation import create_coproduction
from partage.coproductions.models import Coproduction, Organization, Role, Stage
from partage.opinions.amending import Change, digest_of, propose, second, words_of
from partage.opinions.debating import open_debate
from partage.opinions.models import Amendment, Debate, Opinion, Recommendation
from partage.people.administrators import name_administrator
from partage.people.models import Participant, Person
from partage.people.participants import TOKEN_LENGTH, join, key_in
from partage.register.recording import new_vault_keys

AGREE, DISAGREE, UNSURE, UNCLEAR = (
    Vote.Answer.AGREE,
    Vote.Answer.DISAGREE,
    Vote.Answer.UNSURE,
    Vote.Answer.UNCLEAR,
)
# WhiteNoise wants the folder of collected files to exist, even empty.
settings.STATIC_ROOT.mkdir(exist_ok=True)
CONSENT = {"en": "May we count your answers?", "fr": "Pouvons-nous compter vos réponses ?"}


def at(name: str, *args: object, language: str = "en") -> str:
    """The address of a page, in a language."""
    with translation.override(language):
        return reverse(name, args=args)


def coproduction_table(slug: str = "shops", **changes: Any) -> dict[str, Any]:
    """A declaration such as the files of partage/samples hold."""
    table: dict[str, Any] = {
        "slug": slug,
        "organization": "Quatre-Vents",
        "title": {"en": f"Title of {slug}", "fr": f"Titre de {slug}"},
        "question": {"en": "What do we want?", "fr": "Que voulons-nous ?"},
        "stages": [{"kind": "votes", "opens": -20, "closes": 30}],
        "frame": {},
    }
    return table | changes


def make_coproduction(
    slug: str = "shops",
    *,
    opens: int | None = -20,
    closes: int | None = 30,
    frame: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Coproduction:
    """One whose voting opens and closes so many days from today; `opens=None`: no stage at all."""
    stage = {"kind": "votes", "opens": opens} | ({"closes": closes} if closes is not None else {})
    stages = [stage] if opens is not None else []
    return create_coproduction(
        coproduction_table(slug, stages=stages, frame=frame or {}, **changes)
    )


def make_sensitive(slug: str = "convictions", **changes: Any) -> Coproduction:
    return make_coproduction(slug, frame={"sensitive": True, "consent_text": CONSENT}, **changes)


def make_statements(coproduction: Coproduction, count: int) -> list[Statement]:
    """Published sentences, numbered from 1."""
    return Statement.objects.bulk_create(
        [
            Statement(
                coproduction=coproduction,
                text=f"Sentence number {number} of {coproduction.slug}.",
                language="en",
                state=Progress.PUBLISHED,
                written_at=timezone.now(),
                published_at=timezone.now(),
            )
            for number in range(1, count + 1)
        ]
    )


def make_statement(
    coproduction: Coproduction,
    text: str = "Keep one staffed checkout.",
    *,
    state: Progress = Progress.PUBLISHED,
    author: Participant | None = None,
    is_from_team: bool = False,
) -> Statement:
    return Statement.objects.create(
        coproduction=coproduction,
        text=text,
        language="en",
        author=author,
        is_from_team=is_from_team,
        state=state,
        rule=Rule.OFF_TOPIC if state in (Progress.REFUSED, Progress.SECOND) else "",
        reason="Which one?" if state == Progress.ASKED else "",
        written_at=timezone.now(),
        published_at=timezone.now() if state == Progress.PUBLISHED else None,
    )


def make_idea(
    coproduction: Coproduction,
    title: str = "Keep one staffed checkout at all hours",
    *,
    state: Progress = Progress.PUBLISHED,
    author: Participant | None = None,
    **values: Any,
) -> Idea:
    number = Idea.objects.filter(coproduction=coproduction, number__gt=0).count() + 1
    return Idea.objects.create(
        coproduction=coproduction,
        title=title,
        language="en",
        author=author,
        state=state,
        number=number if state == Progress.PUBLISHED else None,
        rule=Rule.OFF_TOPIC if state in (Progress.REFUSED, Progress.SECOND) else "",
        reason="Which one?" if state == Progress.ASKED else "",
        written_at=timezone.now(),
        **values,
    )


def make_task(
    coproduction: Coproduction, words: str = "Book a room for Tuesday", number: int = 1
) -> TrialTask:
    """A task to try; the one of this number, if it is there already."""
    named = {"words": words, "language": "en"}
    return TrialTask.objects.get_or_create(
        coproduction=coproduction, number=number, defaults=named
    )[0]


def make_report(
    coproduction: Coproduction,
    text: str = "The second button was hidden.",
    *,
    number: int = 1,
    state: Progress = Progress.PUBLISHED,
    outcome: TestReport.Outcome = TestReport.Outcome.DONE,
    **values: Any,
) -> TestReport:
    """A report on the task of this number."""
    return TestReport.objects.create(
        task=make_task(coproduction, number=number),
        text=text,
        language="en",
        outcome=outcome,
        state=state,
        rule=Rule.OFF_TOPIC if state in (Progress.REFUSED, Progress.SECOND) else "",
        reason="Which one?" if state == Progress.ASKED else "",
        written_at=timezone.now(),
        **values,
    )


def make_call(
    coproduction: Coproduction,
    title: str = "A garden on the roof",
    *,
    state: Call.State = Call.State.PUBLISHED,
    answer_from: int = 50,
    **more: Any,
) -> Call:
    """A call to the organization of this coproduction."""
    is_shown = state == Call.State.PUBLISHED
    return Call.objects.create(
        organization=coproduction.organization,
        title=title,
        text="So that the schools of the street grow something.",
        language="en",
        state=state,
        written_at=timezone.now(),
        decided_at=timezone.now() if is_shown else None,
        answer_from=answer_from if is_shown else None,
        **more,
    )


def make_supports(call: Call, count: int) -> list[Support]:
    keys, now = new_vault_keys(count), timezone.now()
    people = Participant.objects.bulk_create(
        Participant(space=call.space, key=key_in(call.space, f"person {n}"), vault_key=key)
        for n, key in enumerate(keys)
    )
    return Support.objects.bulk_create(
        Support(call=call, participant=person, given_at=now) for person in people
    )


def make_people(coproduction: Coproduction, count: int) -> list[Participant]:
    space = coproduction.slug
    first = Participant.objects.filter(space=space).count()
    keys = new_vault_keys(count)
    return Participant.objects.bulk_create(
        Participant(space=space, key=key_in(space, f"person {first + n}"), vault_key=key)
        for n, key in enumerate(keys)
    )


def make_votes(
    people: Sequence[Participant], statements: Sequence[Statement], answer: int = AGREE
) -> list[Vote]:
    """Each of these people gives this answer to each of these statements."""
    now = timezone.now()
    return Vote.objects.bulk_create(
        [
            Vote(participant=person, statement=statement, answer=answer, cast_at=now)
            for person in people
            for statement in statements
        ]
    )


def make_two_camps(coproduction: Coproduction, *, each: int, statements: int = 12) -> list[Vote]:
    """Two halves of people who answer the opposite of each other, save to the first sentence."""
    sentences = make_statements(coproduction, statements)
    ones, others = make_people(coproduction, each), make_people(coproduction, each)
    half = statements // 2
    return [
        *make_votes([*ones, *others], sentences[:1], AGREE),
        *make_votes(ones, sentences[1:half], AGREE),
        *make_votes(ones, sentences[half:], DISAGREE),
        *make_votes(others, sentences[1:half], DISAGREE),
        *make_votes(others, sentences[half:], AGREE),
    ]


def make_device(*coproductions: Coproduction, **options: Any) -> Client:
    """A browser that has acted in these coproductions and holds its cookie."""
    token = timezone.now().strftime("%H%M%S%f").ljust(TOKEN_LENGTH, "x")
    for coproduction in coproductions:
        join(coproduction.slug, token)
    client = Client(**options)
    client.cookies[settings.PARTICIPANT_COOKIE_NAME] = token
    return client


def participant_of(client: Client, coproduction: Coproduction) -> Participant:
    token = client.cookies[settings.PARTICIPANT_COOKIE_NAME].value.partition(".")[0]
    return Participant.objects.get(space=coproduction.slug, key=key_in(coproduction.slug, token))


def make_facilitator(*coproductions: Coproduction, email: str = "claire@example.org") -> Person:
    person = Person.objects.create_person(email, email.partition("@")[0].title())
    for coproduction in coproductions:
        Role.objects.create(person=person, coproduction=coproduction, kind=Role.Kind.FACILITATOR)
    return person


def make_helper(coproduction: Coproduction, kind: Role.Kind) -> Person:
    """Somebody with one role in a coproduction."""
    person = Person.objects.create_person(f"{kind}@example.org", kind.title())
    Role.objects.create(person=person, coproduction=coproduction, kind=kind)
    return person


def make_administrator() -> Person:
    """Somebody named from the command line, without a role in any coproduction."""
    person = Person.objects.create_person("administrator@example.org", "Administrator")
    name_administrator(person)
    return person


def signed_in(person: Person, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(person)
    return client


def answer(
    client: Client, statement: Statement, given: object = AGREE, **more: Any
) -> HttpResponse:
    """Press an answer's button under a sentence."""
    address = at("vote", statement.coproduction.slug)
    sent = {"statement": statement.pk, "answer": int(given) if isinstance(given, int) else given}
    return client.post(address, sent, **more)  # type: ignore[return-value]


def breaks_at(table: str) -> Callable[..., Any]:
    """For `connection.execute_wrapper`: the database fails when a row is added to this table."""

    def wrapper(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if f"INSERT INTO {table.upper()} " in sql.replace('"', "").upper():
            raise OperationalError("the disk is full")
        return execute(sql, *more)

    return wrapper


def close_voting(coproduction: Coproduction) -> None:
    """Voting closed an hour ago."""
    Stage.objects.filter(coproduction=coproduction, kind=Stage.Kind.VOTES).update(
        closes_at=timezone.now() - timedelta(hours=1)
    )


def publish_results(coproduction: Coproduction) -> Release:
    """Let the worker pass once; the release it made, or the last one."""
    one_pass()
    return coproduction.releases.latest()


def _models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("partage.")]


def stored() -> dict[str, int]:
    """How many rows each of our tables holds: compared before and after, to see what was written."""
    return {model._meta.label: model._default_manager.count() for model in _models()}


def everything_stored() -> str:
    """All values of all our tables, to search for what must not be kept."""
    return repr([list(model._default_manager.values()) for model in _models()])


def make_assembly(
    sizes: Sequence[int] = (3, 2), *, name: str = "Council", **values: Any
) -> Assembly:
    """One with so many members in each of its groups, named A1, A2, B1, …"""
    organization, _new = Organization.objects.get_or_create(
        slug="quatre-vents", defaults={"name": "Quatre-Vents"}
    )
    assembly = create_assembly(organization, name, values.pop("proxies", 1))
    if sizes:
        add_members(
            assembly,
            [
                Newcomer(f"{chr(65 + group % 26)}{group // 26 or ''}{n + 1}", f"Group {group + 1}")
                for group, size in enumerate(sizes)
                for n in range(size)
            ],
            timezone.localdate(),
        )
    return assembly


def make_assembly_vote(
    assembly: Assembly, regime: str = "roll-call", *, is_open: bool = True, **words: Any
) -> AssemblyVote:
    said = {"title": "The opinion", "question": "Do you adopt the opinion?", "regime": regime}
    vote = declare_vote(assembly, **(said | words))
    return open_vote(vote) if is_open else vote


def make_debate(
    coproduction: Coproduction, assembly: Assembly, texts: Sequence[str] = ("Keep one checkout.",)
) -> Debate:
    """An opinion named "debated" before the assembly, with these recommendations in English."""
    opinion = Opinion.objects.create(
        coproduction=coproduction, slug="debated", title={"en": "Debated", "fr": "Débattu"}
    )
    for number, text in enumerate(texts, 1):
        Recommendation.objects.create(opinion=opinion, number=number, text={"en": text})
    until = timezone.localdate() + timedelta(days=10)
    return open_debate(opinion, assembly, "en", until)


def make_amendment(
    debate: Debate, member: Member, seconder: Member | None = None, place: int = 1, **words: str
) -> Amendment:
    """One of a recommendation, by a member; seconded where somebody is named to."""
    base = words_of(debate.opinion, "recommendation", place, debate.language)
    said = base | {"text": "Keep two checkouts."} | words
    one = propose(debate, member, Change("recommendation", place, said, "One is too few."))
    if seconder is not None:
        second(one, seconder, digest_of(one.words))
    return Amendment.objects.select_related("debate__opinion", "debate__assembly").get(pk=one.pk)


def members_of(assembly: Assembly) -> list[Member]:
    found = Member.objects.filter(group__assembly=assembly).select_related("group__assembly")
    return list(found.order_by("group", "name", "pk"))


def member_browser(member: Member) -> Client:
    """A browser that came in by the member's own link."""
    client = Client()
    client.post(at("member-link", make_member_link(member)))
    return client
