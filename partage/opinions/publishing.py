"""Publishing an opinion: the text as it stands becomes a version that never changes."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assemblies.models import Vote as AssemblyVote
from partage.opinions.models import Debate, Evidence, Opinion, Recommendation, Version
from partage.register.recording import record

FORMAT = "partage-opinion/1"
Content = dict[str, Any]

TEXTS = (
    "title", "question", "definition", "given_by", "written_by", "country", "president",
    "rapporteur", "rapporteur_group", "number", "journal_number", "pages", "referred_by",
    "legal_basis", "gaps",
)  # fmt: skip
DAYS = ("referred_on", "dated_on", "voted_on", "in_journal_on")
TOTALS = ("votes_for", "votes_against", "votes_abstain")


class PublicationRefused(Exception):
    """The opinion cannot be published as it stands; the message is one sentence."""


@transaction.atomic
def publish_opinion(opinion: Opinion) -> Version:
    """Freeze the text as it stands, under the next number."""
    locked = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if not locked.recommendations.exists():
        raise PublicationRefused(_("It has no recommendation yet: add one, then publish."))
    if locked.voted_on is None and Debate.objects.filter(opinion=locked).exists():
        raise PublicationRefused(
            _("The assembly has not voted on the whole yet: publish it after.")
        )
    content = content_of(locked)
    last = locked.versions.order_by("number").last()
    digest = digest_of(content)
    if last and last.digest == digest:
        return last
    version = Version.objects.create(
        opinion=locked, number=last.number + 1 if last else 1, content=content, digest=digest,
        published_at=timezone.now(),
    )  # fmt: skip
    Opinion.objects.filter(pk=locked.pk).update(state=Opinion.State.PUBLISHED)
    public = {"opinion": locked.slug, "version": version.number, "sha256": digest}
    record("opinion-published", space=locked.space, public=public)
    return version


def digest_of(content: Content) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def evidence_to_show() -> "Prefetch[str]":
    """What recommendations rest on, with what its lines need, in one query."""
    return Prefetch(
        "evidence",
        Evidence.objects.select_related(
            "statement__coproduction",
            "idea__coproduction",
            "argument__idea__coproduction",
            "task__coproduction",
            "report__task__coproduction",
            "account",
        ),
    )


def content_of(opinion: Opinion) -> Content:
    """All that a version says. Contributions are named, not quoted: their authors may erase them."""
    recommendations = opinion.recommendations.select_related("part").prefetch_related(
        evidence_to_show()
    )
    return {
        "format": FORMAT,
        "opinion": opinion.slug,
        # Brought in from a file: what is known of it, not its own words.
        "is_restated": bool(opinion.digest),
        **{name: getattr(opinion, name) for name in TEXTS},
        **{name: _day(getattr(opinion, name)) for name in DAYS},
        "vote": {"result": opinion.result}
        | {name: getattr(opinion, name) for name in TOTALS}
        | _held(opinion),
        "group_votes": list(opinion.group_votes.values("group", *TOTALS)),
        **_findings(opinion),
        "parts": list(
            opinion.parts.values("place", "level", "number", "title", "text", "page", "is_cut")
        ),
        "recommendations": [_recommendation(one) for one in recommendations],
        "declarations": list(
            opinion.declarations.values("group", "kind", "text", "vote_in_words", "address")
        ),
        "sources": list(opinion.sources.values("place", "address", "what")),
    }


def _held(opinion: Opinion) -> Content:
    """Where the vote stands with its names and proofs, if an assembly of this site held it."""
    votes = AssemblyVote.objects.filter(debate__opinion=opinion).exclude(closed_at=None)
    vote = votes.select_related("assembly").first()
    return {"assembly": vote.assembly.slug, "number": vote.number} if vote else {}


def _findings(opinion: Opinion) -> Content:
    """What it saw first, if that is known: a version without it has no such key."""
    names = ("kind", "text", "value", "unit", "qualifier", "year", "said_by", "addresses")
    rows = list(opinion.findings.values(*names))
    return {"findings": rows} if rows else {}


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _recommendation(one: Recommendation) -> Content:
    return {
        "number": one.number,
        "part": one.part.place if one.part else None,
        "standing": one.standing,
        "text": one.text,
        "acts": one.acts,
        "acts_basis": one.acts_basis,
        "due_on": _day(one.due_on),
        "known_by": one.known_by,
        "note": one.note,
        "theme": one.theme,
        "evidence": [evidence_line(each) for each in one.evidence.all()],
    }


def evidence_line(one: Evidence) -> Content:
    if one.statement:
        space = one.statement.coproduction.slug
        return {"kind": "statement", "coproduction": space, "number": one.statement.pk}
    if one.idea:
        return {"kind": "idea", "coproduction": one.idea.coproduction.slug, "number": one.idea.pk}
    if one.argument:
        idea = one.argument.idea
        place = {"coproduction": idea.coproduction.slug, "idea": idea.pk}
        return {"kind": "argument", **place, "number": one.argument.pk}
    if one.task:
        space = one.task.coproduction.slug
        return {"kind": "task", "coproduction": space, "number": one.task.number}
    if one.report:
        space = one.report.task.coproduction.slug
        return {"kind": "report", "coproduction": space, "number": one.report.pk}
    if one.account:
        return {"kind": "account", "coproduction": one.account.slug, "line": one.line}
    return {"kind": "work", "address": one.work}
