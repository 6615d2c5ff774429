"""Publishing an account: the declaration is computed once, then frozen with its result."""

from django.db import transaction
from django.utils import timezone

from partage.accounting.models import PublishedAccount
from partage.calc.declaration import parse_declaration
from partage.calc.scenario import as_json, compute_account
from partage.coproductions.models import Coproduction
from partage.register.recording import record


def publish_account(coproduction: Coproduction, text: str, name: str) -> PublishedAccount:
    """Compute the declaration `text`, read from the file `name`, and publish the account.

    Raises DeclarationError, with nothing written, when it cannot be computed.
    """
    account = compute_account(parse_declaration(text, name))
    return _publish(coproduction, text, account.digest, as_json(account))


@transaction.atomic
def _publish(coproduction: Coproduction, text: str, digest: str, content: str) -> PublishedAccount:
    published = PublishedAccount.objects.create(
        coproduction=coproduction,
        number=coproduction.accounts.count() + 1,
        published_at=timezone.now(),
        declaration=text,
        digest=digest,
        content=content,
    )
    record(
        "account-published",
        space=coproduction.slug,
        public={"number": published.number, "digest": digest},
    )
    return published
