"""An entry as an inspector reads it: its proof, and one of three answers for what it hides."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from partage.calc.merkle import inclusion_proof, leaf_hash
from partage.register.checkpoints import unchecked
from partage.register.leaves import ERASED, Line, is_open, read_leaf
from partage.register.models import Entry, Log
from partage.register.receipts import Receipt
from partage.register.storage import Tree
from partage.register.this_site import ThisSite


@dataclass(frozen=True)
class Answer:
    """Matches, erased, waits or broken; in words, with what was expected and found."""

    kind: str
    words: str
    expected: str = ""
    found: str = ""


def leaf_of(entry: Entry) -> bytes:
    """The bytes that enter the tree."""
    row = (entry.kind, entry.space, entry.hour, entry.event_id, entry.commitment, entry.public)
    return Line(*row).leaf()


def answer_of(entry: Entry, log: Log | None) -> Answer:
    """Opened and matches, erased under another entry, or broken. The second is never the third."""
    place = entry.position
    if log is None or place is None or place >= unchecked(log.checkpoint).size:
        return Answer("waits", _("Recorded; it is sealed within seconds."))
    own = leaf_of(entry)
    sealed = Tree(log.pk, unchecked(log.checkpoint).size).subtree(0, place)
    if leaf_hash(own) != sealed:
        words = _("Broken: the site's row is not what was sealed.")
        return Answer("broken", words, sealed.hex(), leaf_hash(own).hex())
    return _hidden_answer(entry, log, place)


def _hidden_answer(entry: Entry, log: Log, place: int) -> Answer:
    if is_open(read_leaf(leaf_of(entry))):
        return Answer("matches", _("Opened, and matches: this entry hides nothing."))
    (hidden,) = ThisSite(log).open(place, place + 1)
    if hidden.is_being_erased:
        return Answer("erased", _("Erased: an entry will say so within the hour."))
    if hidden.commitment is None:
        return _gone(entry)
    committed = bytes(entry.commitment)
    if hidden.commitment == committed:
        return Answer("matches", _("Opened, and matches what it was committed to."))
    words = _("Broken: what is kept is not what was committed to.")
    return Answer("broken", words, committed.hex(), hidden.commitment.hex())


def _gone(entry: Entry) -> Answer:
    event = bytes(entry.event_id).hex()
    told = Entry.objects.filter(kind=ERASED, public__events__icontains=event).first()
    if told is None:
        return Answer(
            "broken", _("Broken: what it hides is gone, and no entry says it was erased.")
        )
    return Answer("erased", _("Erased under entry %(place)s.") % {"place": told.position})


def proof_of(entry: Entry, log: Log, tree: Tree) -> Receipt:
    """The entry with its way to the root that the checkpoint signs; what it hides stays hidden."""
    size, place = unchecked(log.checkpoint).size, int(entry.position or 0)
    proof = inclusion_proof(place, size, tree.subtree)
    return Receipt(leaf_of(entry), place, tuple(proof), log.checkpoint)
