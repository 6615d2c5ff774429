"""What must hold of published accounts at any moment."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from partage.accounting.models import PublishedAccount
from partage.checks.declared import Check
from partage.register.checks import unlike


def _unlike_the_register() -> Iterator[str]:
    columns = ("pk", "coproduction__slug", "number", "digest")
    told = PublishedAccount.objects.order_by("pk").values_list(*columns)
    rows = ((f"{PublishedAccount._meta.label} {pk}", tuple(said)) for pk, *said in told)
    yield from unlike(rows, "account-published", "number", "digest")
    for account in PublishedAccount.objects.order_by("pk").iterator(10):
        if account.facts.get("digest") != account.digest:
            yield f"{PublishedAccount._meta.label} {account.pk}"


CHECKS: tuple[Check, ...] = (
    Check(
        "accounts-as-recorded",
        _("Every published account is the one the register holds."),
        _unlike_the_register,
    ),
)
