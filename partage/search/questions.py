"""What a reader asks, as the address of a page carries it; and the answer, or why there is none."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from partage.search import keeping
from partage.search.asking import LONGEST_QUESTION, Answer, ask, cut
from partage.search.engine import EVERYTHING, NoIndex
from partage.search.things import Kind
from partage.web.tidying import tidy


@dataclass(frozen=True)
class Asked:
    """The words typed; `fault` is why they cannot be looked for, in a sentence."""

    text: str = ""
    is_exact: bool = False
    fault: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.text


def asked_in(request: HttpRequest) -> Asked:
    text = tidy(request.GET.get("q", ""))
    if len(text) > LONGEST_QUESTION:
        sentence = _(
            "Your question has %(seen)s signs; at most %(most)s are read. Keep its main words."
        )
        fault = sentence % {"seen": len(text), "most": LONGEST_QUESTION}
        return Asked(text[:LONGEST_QUESTION], fault=fault)
    if text and cut(text).is_empty:
        return Asked(text, fault=_("There is no word in “%(seen)s”. Write one.") % {"seen": text})
    return Asked(text, is_exact="exact" in request.GET)


def answered(asked: Asked, kind: Kind, written: int = EVERYTHING) -> Answer:
    """What is found and still shows: what was hidden since the index was made is not counted."""
    answer = ask(keeping.current(), asked.text, kind.code, written=written, is_exact=asked.is_exact)
    visible = kind.visible(answer.numbers)
    kept = [number for number in answer.numbers if number in visible]
    return Answer(kept, answer.is_cut, answer.corrected, answer.is_loose, answer.marked)


def is_there() -> bool:
    """Whether there is an index to ask."""
    try:
        keeping.current()
    except NoIndex:
        return False
    return True
