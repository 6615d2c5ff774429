"""A version of an opinion as Akoma Ntoso 3.0 (OASIS Standard, 29 August 2018), in one language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.utils.text import slugify
from django.utils.translation import gettext as _

from partage.opinions.evidence import address_of
from partage.opinions.wording import (
    RESTATED,
    by_standing,
    finding_line,
    findings,
    result_sentence,
    who_and_when,
)
from partage.web.localized import in_reader_language, reader_language

Content = dict[str, Any]

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
LANGUAGES = {"en": "eng", "fr": "fra"}
UNKNOWN_COUNTRY = "xx"


@dataclass(frozen=True)
class Edition:
    """Which version this is, and where it stands."""

    address: str
    published_on: str
    number: int


def as_akoma_ntoso(content: Content, edition: Edition) -> bytes:
    root = Element("akomaNtoso", xmlns=NAMESPACE)
    doc = SubElement(root, "doc", name="opinion", contains="originalVersion")
    work = _work(content, edition.published_on)
    _meta(doc, content, work, edition)
    preface = SubElement(doc, "preface")
    _p(_p(preface), "docTitle", _said(content["title"]))
    _p(_p(preface), "docProponent", _said(content["given_by"]))
    if content["number"]:
        _p(_p(preface), "docNumber", content["number"])
    _p(_p(preface), "outcome", result_sentence(content))
    if content["is_restated"]:
        _p(preface, "p", str(RESTATED))
    body = SubElement(doc, "mainBody")
    _recommendations(body, content)
    _findings(body, content)
    _parts(body, content["parts"])
    if content["declarations"]:
        _declarations(doc, content, f"{work}/!declarations", edition)
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _work(content: Content, published_on: str) -> str:
    """The name of the work, as the naming convention of the standard makes it."""
    country = (content["country"] or UNKNOWN_COUNTRY).lower()
    return f"/akn/{country}/doc/opinion/{content['voted_on'] or published_on}/{content['opinion']}"


def _meta(doc: Element, content: Content, work: str, edition: Edition, prefix: str = "") -> None:
    published_on = edition.published_on
    meta = SubElement(doc, "meta")
    names = SubElement(meta, "identification", source=f"#{prefix}partage")
    language = LANGUAGES[reader_language()]
    dated = (content["voted_on"], "vote") if content["voted_on"] else (published_on, "publication")
    level = _level(names, "FRBRWork", work, dated, f"#{prefix}body")
    SubElement(level, "FRBRcountry", value=(content["country"] or UNKNOWN_COUNTRY).lower())
    if content["number"]:
        SubElement(level, "FRBRnumber", value=content["number"])
    # A version is an expression of the work, in a language.
    expression = f"{work}/{language}@{published_on};{edition.number}"
    level = _level(
        names, "FRBRExpression", expression, (published_on, "publication"), f"#{prefix}body"
    )
    SubElement(level, "FRBRlanguage", language=language)
    level = _level(
        names,
        "FRBRManifestation",
        f"{expression}/main.xml",
        (published_on, "publication"),
        f"#{prefix}partage",
    )
    if content["in_journal_on"]:
        SubElement(
            meta, "publication", date=content["in_journal_on"], name="official-journal",
            showAs=_("Official journal"), number=content["journal_number"],
        )  # fmt: skip
    references = SubElement(meta, "references", source=f"#{prefix}partage")
    SubElement(
        references,
        "original",
        eId=f"{prefix}page",
        href=edition.address,
        showAs=_said(content["title"]),
    )
    _reference(references, "TLCOrganization", f"{prefix}body", _said(content["given_by"]))
    _reference(references, "TLCOrganization", f"{prefix}partage", "Partage")
    if content["rapporteur"]:
        _reference(references, "TLCPerson", f"{prefix}rapporteur", content["rapporteur"])


def _level(names: Element, tag: str, uri: str, dated: tuple[str, str], author: str) -> Element:
    level = SubElement(names, tag)
    SubElement(level, "FRBRthis", value=f"{uri}/!main" if tag == "FRBRWork" else uri)
    SubElement(level, "FRBRuri", value=uri)
    SubElement(level, "FRBRdate", date=dated[0], name=dated[1])
    SubElement(level, "FRBRauthor", href=author)
    return level


def _reference(references: Element, tag: str, name: str, words: str) -> None:
    kind = "person" if tag == "TLCPerson" else "organization"
    href = f"/akn/ontology/{kind}/{slugify(words) or name}"
    SubElement(references, tag, eId=name, href=href, showAs=words)


def _recommendations(body: Element, content: Content) -> None:
    """Under the heading of their standing, so that a wish is not read as the body's."""
    for group in by_standing(content["recommendations"]):
        standing = group["rows"][0]["standing"]
        holder = _container(body, "recommendations", standing, heading=str(group["heading"]))
        for row in group["rows"]:
            one = _container(holder, "recommendation", f"r{row['number']}", num=str(row["number"]))
            text = SubElement(one, "content")
            _paragraphs(text, _said(row["text"]))
            _p(text, "p", who_and_when(row))
            for line in row["evidence"]:
                address = address_of(line)
                _p(_p(text), "ref", address, href=address)


def _findings(body: Element, content: Content) -> None:
    """What it saw first, one container a kind."""
    groups = findings(content)
    if not groups:
        return
    holder = _container(body, "findings", "findings", heading=_("What it saw first"))
    for group in groups:
        kind = group["rows"][0]["kind"]
        one = _container(holder, "finding", f"findings_{kind}", heading=str(group["heading"]))
        text = SubElement(one, "content")
        for row in group["rows"]:
            _p(text, "p", finding_line(row))
            for address in row["addresses"]:
                _p(_p(text), "ref", address, href=address)


def _parts(body: Element, parts: list[Content]) -> None:
    """Nested as they were written; a part without words says nothing."""
    open_parts: list[tuple[int, Element]] = []
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        while open_parts and open_parts[-1][0] >= part["level"]:
            open_parts.pop()
        holder = open_parts[-1][1] if open_parts else body
        one = _container(
            holder, "part", f"p{part['place']}", num=part["number"], heading=_said(part["title"])
        )
        open_parts.append((part["level"], one))
        has_children = following is not None and following["level"] > part["level"]
        if part["text"] or not has_children:
            text = SubElement(one, "intro" if has_children else "content")
            _paragraphs(text, _said(part["text"]))


def _declarations(doc: Element, content: Content, work: str, edition: Edition) -> None:
    """A document of its own, attached: what groups say is not the text of the body."""
    holder = SubElement(SubElement(doc, "attachments"), "attachment", eId="declarations")
    attached = SubElement(holder, "doc", name="declarations")
    # Names are unique in the whole file.
    _meta(attached, content, work, edition, prefix="declarations_")
    body = SubElement(attached, "mainBody")
    for place, one in enumerate(content["declarations"], 1):
        declaration = _container(body, "declaration", f"d{place}", heading=one["group"])
        _paragraphs(SubElement(declaration, "content"), _said(one["text"]))


def _container(
    holder: Element, name: str, eid: str, *, num: str = "", heading: str = ""
) -> Element:
    one = SubElement(holder, "hcontainer", name=name, eId=eid)
    if num:
        _p(one, "num", num)
    if heading:
        _p(one, "heading", heading)
    return one


def _p(holder: Element, tag: str = "p", text: str = "", **more: str) -> Element:
    found = SubElement(holder, tag, more)
    found.text = text or None
    return found


def _paragraphs(holder: Element, text: str) -> None:
    for paragraph in _split(text):
        _p(holder, "p", paragraph)


def _split(text: str) -> Iterator[str]:
    found = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    yield from found or [""]


def _said(words: dict[str, str]) -> str:
    return in_reader_language(words)[0]
