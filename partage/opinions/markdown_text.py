"""A version of an opinion as Markdown, in one language."""

import re
from collections.abc import Iterator
from typing import Any

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
from partage.web.localized import in_reader_language

Content = dict[str, Any]


def as_markdown(content: Content, address: str) -> str:
    return "\n\n".join(_blocks(content, address)) + "\n"


def _blocks(content: Content, address: str) -> Iterator[str]:
    yield f"# {_said(content['title'])}"
    yield f"**{plain(result_sentence(content))}**"
    yield f"{_said(content['given_by'])}. <{address}>"
    if content["question"]:
        yield f"{_('The question')}: {_said(content['question'])}"
    yield f"## {_('Recommendations')}"
    if content["is_restated"]:
        yield f"*{RESTATED}*"
    for group in by_standing(content["recommendations"]):
        yield f"### {group['heading']}"
        yield f"*{group['rule']}*"
        for row in group["rows"]:
            yield from _recommendation(row)
    yield from _rest(content)


def _recommendation(row: Content) -> Iterator[str]:
    yield f"**{row['number']}.** {_said(row['text'])}"
    yield plain(who_and_when(row))
    rests_on = [f"- <{address_of(line)}>" for line in row["evidence"]]
    if rests_on:
        yield "\n".join(rests_on)


def _rest(content: Content) -> Iterator[str]:
    """What it saw first, the body's text, then the words of groups, apart, then the sources."""
    groups = findings(content)
    if groups:
        yield f"## {_('What it saw first')}"
    for group in groups:
        yield f"### {group['heading']}"
        yield "\n".join(f"- {_finding(row)}" for row in group["rows"])
    if content["parts"]:
        yield f"## {_('The text')}"
    for part in content["parts"]:
        number = f"{plain(part['number'])}. " if part["number"] else ""
        yield f"{'#' * min(6, part['level'] + 2)} {number}{_said(part['title'])}"
        if part["text"]:
            # It is Markdown already.
            yield in_reader_language(part["text"])[0]
    if content["declarations"]:
        yield f"## {_('What the groups say')}"
        yield f"*{_('Their words, not those of the opinion.')}*"
    for one in content["declarations"]:
        yield f"### {plain(one['group'])}"
        yield _said(one["text"])
    if content["sources"]:
        yield f"## {_('Sources')}"
        lines = [f"- {_said(one['what'])} <{one['address']}>" for one in content["sources"]]
        yield "\n".join(lines)
    if content["gaps"]:
        yield f"## {_('What is not known')}"
        yield "\n".join(f"- {_said(gap)}" for gap in content["gaps"])


def _finding(row: Content) -> str:
    cited = " ".join(f"<{address}>" for address in row["addresses"])
    return f"{plain(finding_line(row))} {cited}".strip()


def plain(text: str) -> str:
    """The text with the signs that Markdown would read as its own kept as they are."""
    escaped = re.sub(r"([\\`*_\[\]<>#|&])", r"\\\1", text)
    return re.sub(r"(?m)^(\s*\d*)([-+=.)~])", r"\1\\\2", escaped)


def _said(words: dict[str, str]) -> str:
    return plain(in_reader_language(words)[0])
