"""Declaring an account at the desk: from a shipped example, field by field, or as a file."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

import tomli_w
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from partage.accounting.counter_inputs import FEWEST_DRAWS
from partage.accounting.measured import NotMeasured, measurable, measures, taken
from partage.accounting.publication import publish_account
from partage.accounting.views import BASES, GRADES, SCENARIOS, Facts, account_row, remember
from partage.calc.checked_toml import DeclarationError
from partage.calc.declaration import Declaration, parse_declaration
from partage.calc.scenario import compute_account, published
from partage.contributions.desk import facilitated_coproduction
from partage.contributions.releases import check_landscape
from partage.coproductions.creation import (
    CreationRefused,
    FrameOvertaken,
    frame_table,
    publish_frame,
)
from partage.coproductions.models import Coproduction
from partage.web.tidying import number_in

EXAMPLES: Path = settings.PACKAGE / "samples" / "accounts"
FIGURES = ("low", "central", "high")
ORIGIN = ("source", "date", "grade", "basis")
ADDRESS = "source_url"


def examples() -> list[str]:
    """The declarations shipped as starting points."""
    return sorted(file.stem for file in EXAMPLES.glob("*.toml"))


def base_text(coproduction: Coproduction, name: str) -> str:
    """The text to start from: an example by name, else the account in force."""
    if name in examples():
        return (EXAMPLES / f"{name}.toml").read_text("utf-8")
    last = coproduction.accounts.order_by("number").last()
    return last.declaration if last else (EXAMPLES / "self-checkout.toml").read_text("utf-8")


def number(text: str) -> Decimal | str:
    """The figure typed; what is not a figure goes on as it is, for the reader to refuse by name."""
    try:
        return Decimal(text.replace("\u202f", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return text


def filled(text: str, sent: Mapping[str, str]) -> str:
    """The declaration with the figures and sources that were sent for its inputs."""
    table = tomllib.loads(text, parse_float=Decimal)
    for name, given in table["inputs"].items():
        if f"{name}-central" in sent:
            _fill(given, {key: sent.get(f"{name}-{key}", "").strip() for key in FIGURES + ORIGIN})
        if f"{name}-{ADDRESS}" in sent:
            given[ADDRESS] = sent[f"{name}-{ADDRESS}"]
    for key in ("title", "period"):
        for language in ("en", "fr"):
            table[key][language] = sent.get(f"{key}-{language}") or table[key][language]
    return tomli_w.dumps(table)


def _fill(given: dict[str, Any], sent: dict[str, str]) -> None:
    for key in ("value", *FIGURES):
        given.pop(key, None)
    if given["source"] != sent["source"]:
        given.pop(ADDRESS, None)  # where the former source is read
    given |= {key: sent[key] for key in ORIGIN}
    if given["basis"] != "unknown":
        given |= {key: number(sent[key] or sent["central"]) for key in FIGURES}


def declare(request: HttpRequest, slug: str) -> HttpResponse:
    """The producer's form: see what it computes to, then publish it."""
    coproduction = facilitated_coproduction(request, slug)
    sent = request.POST.dict()
    context: dict[str, Any] = {
        "coproduction": coproduction,
        "examples": examples(),
        "start": request.GET.get("from", ""),
        "text": sent.get("toml", sent.get("base", "")),
        "grades": GRADES,
        "bases": BASES,
        "scenarios": SCENARIOS.values(),
        "measures": measures(coproduction),
    }
    try:
        if sent.get("do") == "take":
            sent |= taken(coproduction, _readable(coproduction, request), sent)
        text = context["text"] = _text(request, coproduction, sent)
        declared = parse_declaration(text, "declaration")
        context["declared"] = declared
        if sent.get("do") == "publish":
            publish_account(coproduction, text, "declaration")
            return redirect("account", slug)
        context |= _preview(declared) if request.method == "POST" else {}
    except (DeclarationError, NotMeasured) as error:
        context |= {"refusal": str(error), "declared": _readable(coproduction, request)}
    context["fields"] = _fields(context["declared"], sent)
    context["measurable"] = measurable(context["declared"])
    status = 400 if "refusal" in context else 200
    return render(request, "accounting/declare.html", context, status=status)


def declare_frame(request: HttpRequest, slug: str) -> HttpResponse:
    """The tasks asked, the data taken and the other promises: a next version, with its reason."""
    coproduction = facilitated_coproduction(request, slug)
    now = frame_table(coproduction.frame) if coproduction.frame else {}
    text = request.POST.get("toml", tomli_w.dumps(now))
    version = coproduction.frame.version if coproduction.frame else 0
    context: dict[str, Any] = {"coproduction": coproduction, "text": text, "version": version}
    status = 200
    if request.method == "POST":
        try:
            table = tomllib.loads(text)
            if not table.get("reason"):
                raise CreationRefused('reason is missing: add reason = { en = "…", fr = "…" }')
            if "sensitive" not in table:
                raise CreationRefused("sensitive is missing: write true or false")
            check_landscape(coproduction, table)
            after = number_in(request.POST.get("version", ""))
            publish_frame(coproduction, table, after=after)
            return redirect("frame", slug)
        except FrameOvertaken as error:
            context |= {"overtaken": True, "version": error.args[0]}
            status = 409
        except (CreationRefused, ValueError, RecursionError) as error:
            context["refusal"] = f"{error}."
            status = 400
    return render(request, "accounting/declare_frame.html", context, status=status)


def _text(request: HttpRequest, coproduction: Coproduction, sent: Mapping[str, str]) -> str:
    """The declaration at hand: the file pasted, the fields filled, or where to start from."""
    if "toml" in sent:
        return sent["toml"]
    start = sent.get("base") or base_text(coproduction, request.GET.get("from", ""))
    if "base" not in sent:
        return start
    parse_declaration(start, "declaration")  # what the fields stand on may have been tampered with
    return filled(start, sent)


def _readable(coproduction: Coproduction, request: HttpRequest) -> Declaration:
    """What the fields were made from, when what was typed in them cannot be read."""
    try:
        return parse_declaration(request.POST.get("base", ""), "declaration")
    except DeclarationError:
        return parse_declaration(base_text(coproduction, ""), "declaration")


def _fields(declared: Declaration, sent: Mapping[str, str]) -> list[Facts]:
    """Each input with what was typed for it, or else what the declaration holds."""
    return [
        {
            "given": given,
            **{
                key: sent.get(f"{name}-{key}", _typed(getattr(given, key)))
                for key in FIGURES + ORIGIN
            },
        }
        for name, given in declared.inputs.items()
    ]


def _typed(value: Fraction | str | None) -> str:
    """A figure as one would type it; declared figures are decimals, so nothing is lost."""
    if isinstance(value, Fraction):
        return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return value or ""


def _preview(declared: Declaration) -> Facts:
    facts: Facts = published(compute_account(declared, draws=FEWEST_DRAWS))
    return {
        "remember": remember(facts),
        "rows": [account_row(line) for line in facts["lines"]],
    }
