"""What somebody took away and that is not a sentence, an answer or an idea: brought back where the
same thing is here, under the same words, and still open."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings

from partage.accounting.forms import VoiceForm
from partage.accounting.models import Voice
from partage.accounting.voices import speak
from partage.contributions.forms import ReportForm
from partage.contributions.models import TrialTask
from partage.contributions.test_reports import file_report, tests_stage
from partage.coproductions.models import Coproduction
from partage.fund.ballots import cast_ballot
from partage.fund.models import Round
from partage.opinions.amending import digest_of, support
from partage.opinions.models import Amendment
from partage.people.models import Participant
from partage.training.claiming import claim_skill
from partage.training.forms import ClaimForm, HoursForm
from partage.training.hours import say_hours
from partage.training.models import Programme

Rows = list[dict[str, Any]]
# Why rows of a kind can be left out, where it is not that what they are about is not here.
REASONS = {
    "contributions.TestReport": "the task is not asked here, or its tests are not open",
    "accounting.Voice": "the frame here asks no such task",
    "opinions.AmendmentSupport": "the amendment is not here in these words, or is decided",
    "training.Claim": "the framework here has no such skill",
    "training.TakenHours": "no programme here has this title and this provider",
    "training.Shown": "it shows what was made there",
    "training.Badge": "a badge is checked at the site that signed it",
    "fund.Ballot": "no open round here has this purpose and these projects",
    "fund.Project": "a project is proposed to the round of one fund: propose it again",
    "calls.Support": "a call asks one organization, and this is the site of another",
    "calls.Call": "a call asks one organization, and this is the site of another",
    "accounting.CounterInput": "it disputes an account that was published there",
    "contributions.Notice": "it tells of something that was shown there",
    "contributions.Helped": "it thanks for an argument that was shown there",
    "people.ProvedIdentity": "who one is was proved to that site: prove it here",
    "news.Subscription": "an address is confirmed to the site that writes to it",
}


def checked(form: forms.Form) -> dict[str, Any]:
    """What the page's own form makes of a row; the same limits hold for a file."""
    if not form.is_valid():
        raise ValueError("; ".join(str(one) for errors in form.errors.values() for one in errors))
    return form.cleaned_data


def language_of(row: dict[str, Any]) -> str:
    known = [language for language, _name in settings.LANGUAGES]
    if row["language"] not in known:
        raise ValueError(f"language {row['language']!r}")
    return str(row["language"])


def reports(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    """Somebody reads them again before they are shown."""
    stage = tests_stage(coproduction)
    asked = TrialTask.objects.filter(coproduction=coproduction).select_related("coproduction")
    tasks = {(one.language, one.words): one for one in asked}
    found = [(tasks.get((row["task"]["language"], row["task"]["text"])), row) for row in rows]
    here = [(task, row) for task, row in found if task and stage and stage.is_open()]
    for task, row in here:
        names = ("outcome", "severity", "text", "minutes", "difficulty")
        said = checked(ReportForm(asked, {"task": task.pk} | {name: row[name] for name in names}))
        del said["task"]
        file_report(participant, task, said, language_of(row))
    return len(here)


def voices(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    tasks = list(coproduction.frame.tasks.all()) if coproduction.frame else []
    found = [(_named(tasks, row["task"]["name"]), row) for row in rows]
    for task, row in found:
        if task:
            names = ("speaks_as", "degree", "change")
            said = checked(VoiceForm({"task": task.pk} | {name: row[name] for name in names}))
            voice = Voice(task_id=task.pk, **{name: said[name] for name in names})
            speak(participant, coproduction, voice)
    return sum(task is not None for task, _row in found)


def _named(tasks: list[Any], name: Mapping[str, str]) -> Any:
    """The task of the same name, in one language at least."""
    return next((one for one in tasks if set(one.name.items()) & set(name.items())), None)


def supports(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    done = 0
    open_here = Amendment.objects.filter(debate__opinion__coproduction=coproduction)
    for row in rows:
        told = row["amendment"]
        same = open_here.filter(debate__opinion__slug=told["opinion"], number=told["number"])
        one = same.select_related("debate__opinion").first()
        if one and not one.is_decided and digest_of(one.words) == told["words"]:
            support(participant, coproduction, one, told["words"])
            done += 1
    return done


def ballots(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    """Whole or not at all: half of what somebody approved would be another ballot."""
    rounds = [one for one in coproduction.fund_rounds.all() if one.takes_ballots()]
    done = 0
    for row in rows:
        vote = _round_of(rounds, row["round"])
        numbers = _numbers_in(vote, row["titles"]) if vote else None
        if vote and numbers is not None:
            cast_ballot(participant, vote, numbers, numbers)
            done += 1
    return done


def _round_of(rounds: list[Round], told: Mapping[str, Any]) -> Round | None:
    said = (told["language"], told["purpose"])
    return next((one for one in rounds if (one.language, one.purpose) == said), None)


def _numbers_in(vote: Round, titles: list[str]) -> list[int] | None:
    """The projects of these titles on the list here; None when one is missing or told twice."""
    shown = vote.projects.published().values_list("title", "number")
    numbers = {title: number for title, number in shown if number}
    is_clear = len(numbers) == len(shown) and set(titles) <= numbers.keys()
    return sorted(numbers[title] for title in titles) if is_clear else None


def claims(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    """Claimed again, to be confirmed here: who confirmed it there is not known here."""
    codes = {one.code: one for one in coproduction.skills.filter(retired_at=None)}
    found = [(codes.get(row["skill"]["code"]), row) for row in rows]
    for skill, row in found:
        if skill:
            text = row["text"] or " ".join(skill.name.values())
            said = checked(ClaimForm([], {"skill": skill.code, "text": text}))
            kept = {"text": said["text"], "language": language_of(row)}
            claim_skill(participant, skill, kept)
    return sum(skill is not None for skill, _row in found)


def hours(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    shown = Programme.objects.shown().filter(coproduction=coproduction)
    here = {(one.title, one.provider): one for one in shown}
    told = [(row["programme"]["title"], row["programme"]["provider"]) for row in rows]
    found = [(here.get(key), row) for key, row in zip(told, rows, strict=True)]
    for programme, row in found:
        if programme:
            programme.coproduction = coproduction
            said = checked(HoursForm({"hours": row["hours"]}))
            say_hours(participant, programme, said["hours"])
    return sum(programme is not None for programme, _row in found)


RESTORE = {
    "training.TakenHours": hours,
    "training.Claim": claims,
    "contributions.TestReport": reports,
    "accounting.Voice": voices,
    "opinions.AmendmentSupport": supports,
    "fund.Ballot": ballots,
}
