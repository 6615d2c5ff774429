"""What people send in Markdown never becomes markup of theirs."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.web.markdown import as_html

KNOWN = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "br"}
PIECES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))",
    "![x](https://example.org/x.png)", "[b](data:text/html;base64,xx)", "<https://example.org>",
    "# T\n", "- a\n", "> ", "`c`", "**", "_", "\n\n", "&lt;script&gt;", '" onclick="x',
    "[c]: javascript:alert(1)\n[c]", "\u202e", "\0", "[d](HTTPS://example.org 'x\" onmouseover=y')",
]  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join))
def test_only_known_tags_come_out_and_links_lead_to_pages(text: str) -> None:
    for tag, attributes in Tags(as_html(text)).found:
        assert tag in KNOWN
        assert set(attributes) <= {"href", "rel", "title", "start", "class"}
        if tag == "a":
            assert re.match(r"https?://|mailto:", attributes["href"] or "", re.IGNORECASE)
            assert "nofollow" in (attributes["rel"] or "")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Two *words*.", "<p>Two <em>words</em>.</p>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("# Not a title", "<p># Not a title</p>\n"),
    ],
)
def test_what_is_written_is_what_shows(text: str, html: str) -> None:
    assert as_html(text) == html
