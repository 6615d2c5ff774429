"""After a restore: whoever was erased since the backup is erased again, before the site opens."""

from contextlib import suppress
from pathlib import Path

from django.conf import settings

from partage.accounting.voices import withdraw_voices
from partage.assemblies.erasing import forget_member
from partage.assemblies.models import Member
from partage.calc.tiles import entries_in
from partage.contributions.voting import withdraw_from_voting
from partage.coproductions.models import Coproduction
from partage.events.forgetting import forget_marks_again
from partage.fund.ballots import withdraw_ballots
from partage.news.models import Subscription
from partage.news.subscribing import stop
from partage.opinions.amending import withdraw_supports
from partage.opinions.models import Addressee
from partage.opinions.reminding import forget_addressee
from partage.people.models import Mail, Participant, Person
from partage.register.erasing import MARK, fingerprint
from partage.register.leaves import LeafError, erased_events, read_leaf
from partage.register.models import Payload, VaultKey
from partage.rights.accounts import ERASED as ACCOUNT_ERASED
from partage.rights.accounts import forget_account, mark_of_account
from partage.rights.erasure import DEVICE, GROUND, erase_participant
from partage.shares.models import Beneficiary
from partage.shares.people import erase_beneficiary
from partage.training.hours import withdraw_hours

BATCH = 5000


def replay_erasures() -> int:
    """Apply the list kept beside the database, and what the register's files say; counts people."""
    found = _found()
    people = Participant.objects.filter(vault_key__in=list(found))
    for participant in people.select_related("vault_key"):
        ground = found[participant.vault_key_id]
        if ground == GROUND:
            erase_participant(participant)
        else:
            withdraw_voices(participant)
            withdraw_supports(participant)
            withdraw_ballots(participant)
            withdraw_hours(participant)
            coproduction = Coproduction.objects.get(slug=participant.space)
            withdraw_from_voting(participant, coproduction)
    _forget_accounts()
    for subscription in Subscription.objects.filter(vault_key__in=list(found)):
        # Mails are found by a link that holds the site's address and secret, which may have changed.
        Mail.objects.filter(to__iexact=subscription.address).delete()
        stop(subscription)
    for member in Member.objects.filter(vault_key__in=list(found)):
        forget_member(member)
    for addressee in Addressee.objects.filter(vault_key__in=list(found)):
        forget_addressee(addressee.recommendation)
    paid = Beneficiary.objects.filter(vault_key__in=list(found))
    for beneficiary in paid.select_related("vault_key", "coproduction"):
        erase_beneficiary(beneficiary)
    return len(found) + forget_marks_again(_listed_marks())


def _forget_accounts() -> None:
    """Accounts have no secret: a mark of their own stands in the list."""
    erased = {mark for mark, ground in _listed().items() if ground == ACCOUNT_ERASED}
    for person in Person.objects.all() if erased else ():
        if fingerprint(mark_of_account(person)) in erased:
            forget_account(person)


def _found() -> dict[int, str]:
    """A secret's number and why it must go, of those that this database holds and should not."""
    found: dict[int, str] = {}
    listed = _listed()
    if listed:
        for number, key in VaultKey.objects.values_list("pk", "key").iterator(BATCH):
            ground = listed.get(fingerprint(bytes(key)))
            if ground:
                found[number] = ground
    told = _told()
    events = list(told)
    for start in range(0, len(events), BATCH):
        some = events[start : start + BATCH]
        kept = Payload.objects.filter(entry__event_id__in=some).exclude(content="")
        for event, number in kept.values_list("entry__event_id", "vault_key"):
            # An erasure weighs more than a withdrawal.
            if found.get(number) != GROUND:
                found[number] = told[bytes(event)]
    return found


def _rows() -> list[list[str]]:
    try:
        lines = settings.ERASURE_LIST.read_text("ascii").splitlines()
    except FileNotFoundError:
        return []
    return [line.split() for line in lines]


def was_erased(key: bytes) -> bool:
    """Whether a device of this key erased everything here, before a restore too."""
    wanted = [DEVICE, fingerprint(key)]
    return any(row == wanted for row in _rows())


def _listed_marks() -> dict[str, int]:
    """Of marks taken off events: up to which event."""
    marks: dict[str, int] = {}
    for row in _rows():
        if row[:1] == [MARK] and len(row) > 2 and row[2].isdecimal():
            marks[row[1]] = max(marks.get(row[1], 0), int(row[2]))
    return marks


def _listed() -> dict[str, str]:
    """Fingerprint to ground. A secret that was replaced goes with the one that took its place."""
    rows = [row for row in _rows() if row[:1] != [MARK]]
    grounds = {row[1]: row[0] for row in rows if len(row) > 1}
    then = {row[1]: row[2] for row in rows if len(row) > 2}
    for one in grounds:
        later = one
        while later in then:
            later = then[later]
        if grounds.get(later) == GROUND:
            grounds[one] = GROUND
    return grounds


def _told() -> dict[bytes, str]:
    """Event to ground, from the entries of the register's files that say what is erased."""
    found: dict[bytes, str] = {}
    for bundle in Path(settings.REGISTER_DIR).glob("*/tile/entries/**/*"):
        if bundle.is_file() and not bundle.name.startswith("."):
            with suppress(ValueError):  # a damaged file: checking the register will name it
                for entry in entries_in(bundle.read_bytes()):
                    found |= _events(entry)
    return found


def _events(entry: bytes) -> dict[bytes, str]:
    try:
        facts = read_leaf(entry)
        events = erased_events(facts)
    except LeafError:
        return {}
    ground = facts.get("public", {}).get("ground", GROUND)
    return {bytes.fromhex(event): ground for event in events}
