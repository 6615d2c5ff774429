"""Drafting an opinion at the desk: its parts, its recommendations, what they rest on."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.text import slugify

from partage.contributions.models import (
    Argument,
    Idea,
    Progress,
    Statement,
    TestReport,
    TrialTask,
)
from partage.coproductions.models import Coproduction
from partage.library.addresses import addresses
from partage.library.models import Work
from partage.opinions.evidence import is_link
from partage.opinions.models import Debate, Evidence, Opinion, Part, Recommendation
from partage.register.recording import record
from partage.web.tidying import number_in, tidy


class NoEvidence(Exception):
    """Nothing that may be cited stands at this address."""


class AlreadyCited(Exception):
    """The recommendation rests on it already."""


class TextFrozen(Exception):
    """An assembly debates the opinion: its amendments alone change the text."""


@dataclass(frozen=True)
class Words:
    """What a recommendation says in one language, and by when."""

    text: str
    acts: str
    known_by: str
    due_on: date | None


@transaction.atomic
def begin_opinion(coproduction: Coproduction, title: str, language: str) -> Opinion:
    """A draft, which only the desk sees."""
    base = slugify(title)[:70].strip("-") or "opinion"
    taken = set(Opinion.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    names = (f"{base}-{number}" if number > 1 else base for number in count(1))
    opinion = Opinion.objects.create(
        coproduction=coproduction,
        slug=next(name for name in names if name not in taken),
        title={language: title},
        question=coproduction.question,
        given_by={"en": coproduction.organization.name, "fr": coproduction.organization.name},
    )
    record("opinion-begun", space=coproduction.slug, public={"opinion": opinion.slug})
    return opinion


@transaction.atomic
def keep_part(opinion: Opinion, part: Part | None, title: str, text: str, language: str) -> None:
    """Add a part at the end, or change its words in one language."""
    _lock(opinion)
    _refuse_if_frozen(opinion, language, is_new=part is None)
    part = opinion.parts.get(pk=part.pk) if part else None
    if part is None:
        last = opinion.parts.aggregate(last=Max("place"))["last"] or 0
        part = Part(opinion=opinion, place=last + 1)
    part.title = {**part.title, language: title}
    part.text = _said(part.text, language, text)
    part.save()


def _lock(opinion: Opinion) -> None:
    """Whoever opens a debate or applies an amendment at the same time waits."""
    Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)


@transaction.atomic
def keep_recommendation(
    opinion: Opinion, one: Recommendation | None, words: Words, language: str
) -> Recommendation:
    """Add a recommendation under the next number, or change its words in one language."""
    _lock(opinion)
    one = opinion.recommendations.get(pk=one.pk) if one else None
    is_another_day = one is not None and one.due_on != words.due_on
    _refuse_if_frozen(opinion, language, is_new=one is None or is_another_day)
    if one is None:
        last = opinion.recommendations.aggregate(last=Max("number"))["last"] or 0
        one = Recommendation(opinion=opinion, number=last + 1)
    one.text = {**one.text, language: words.text}
    one.acts = _said(one.acts, language, words.acts)
    one.acts_basis = Recommendation.Basis.STATED if one.acts else ""
    one.known_by = _said(one.known_by, language, words.known_by)
    one.due_on = words.due_on
    one.save()
    return one


def _refuse_if_frozen(opinion: Opinion, language: str, *, is_new: bool) -> None:
    """Translations may still be written: an assembly debates and votes one language."""
    debate = Debate.objects.filter(opinion=opinion).first()
    if debate and (is_new or language == debate.language):
        raise TextFrozen(opinion.slug)


def _said(words: dict[str, str], language: str, text: str) -> dict[str, str]:
    """The words with this language's text; without it when there is none."""
    others = {tag: said for tag, said in words.items() if tag != language}
    return {**others, language: text} if text else others


@transaction.atomic
def cite(recommendation: Recommendation, pasted: str) -> None:
    """Rest the recommendation on what stands at an address, or on a sentence of its coproduction."""
    _hold_unvoted(recommendation.opinion)
    evidence = _found(recommendation, pasted.strip())
    try:
        with transaction.atomic():
            evidence.save()
    except IntegrityError:
        raise AlreadyCited(pasted) from None


def _hold_unvoted(opinion: Opinion) -> None:
    """What it rests on is read beside the text that is voted."""
    _lock(opinion)
    if Debate.objects.filter(opinion=opinion).exclude(vote=None).exists():
        raise TextFrozen(opinion.slug)


@transaction.atomic
def uncite(recommendation: Recommendation, number: int) -> None:
    _hold_unvoted(recommendation.opinion)
    recommendation.evidence.filter(pk=number).delete()


def _found(recommendation: Recommendation, pasted: str) -> Evidence:
    statement = _sentence(recommendation.opinion.coproduction, pasted)
    if statement:
        return Evidence(recommendation=recommendation, statement=statement)
    if not is_link(pasted) or any(sign.isspace() for sign in pasted):
        raise NoEvidence(pasted)
    address = urlsplit(pasted)
    if f"{address.scheme}://{address.netloc}" == settings.BASE_URL:
        return _here(recommendation, address.path, address.fragment)
    return Evidence(recommendation=recommendation, work=pasted)


def _sentence(coproduction: Coproduction | None, pasted: str) -> Statement | None:
    wanted = tidy(pasted)
    published = Statement.objects.published().filter(coproduction=coproduction)
    return next((one for one in published if wanted in one.words.values()), None)


def _here(recommendation: Recommendation, path: str, fragment: str) -> Evidence:
    """Something of this site. Its paths are in the language that begins them."""
    with translation.override(path[1:3] if path[1:3] in dict(settings.LANGUAGES) else "en"):
        try:
            match = resolve(path)
        except Resolver404:
            raise NoEvidence(path) from None
    if match.url_name == "work":
        return _library_work(recommendation, match.kwargs["slug"])
    evidence = Evidence(recommendation=recommendation)
    space = Coproduction.objects.visible().filter(slug=match.kwargs.get("slug", "")).first()
    if match.url_name == "idea":
        ideas = Idea.objects.published().filter(coproduction=space)
        evidence.idea = ideas.filter(pk=match.kwargs["number"]).first()
        arguments = Argument.objects.filter(idea=evidence.idea, state=Progress.PUBLISHED)
        number = fragment.removeprefix("argument-")
        if evidence.idea and number != fragment and number_in(number):
            evidence.argument = arguments.filter(pk=number_in(number)).first()
            evidence.idea = None
    elif match.url_name == "trial-task":
        tasks = TrialTask.objects.filter(coproduction=space)
        evidence.task = tasks.filter(number=match.kwargs["number"]).first()
    elif match.url_name == "test-report":
        reports = TestReport.objects.published().filter(task__coproduction=space)
        evidence.report = reports.filter(pk=match.kwargs["number"]).first()
    elif match.url_name == "account-line":
        evidence.account, evidence.line = space, match.kwargs["code"]
    if not any(
        [evidence.idea, evidence.argument, evidence.task, evidence.report, evidence.account]
    ):
        raise NoEvidence(path)
    return evidence


def _library_work(recommendation: Recommendation, slug: str) -> Evidence:
    """By its address in its own language, whichever of its two pages was pasted."""
    work = Work.objects.listed().filter(slug=slug).first()
    if work is None:
        raise NoEvidence(slug)
    return Evidence(recommendation=recommendation, work=addresses(work)[work.language])
