"""A one-time sign-in link, for a facilitator who has no other way in yet."""

import click
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from partage.coproductions.models import Coproduction, Role
from partage.coproductions.roles import give_role
from partage.people.models import Person
from partage.people.sign_in import make_link, prove_address


@click.command("sign-in-link")
@click.argument("email")
@click.option("--name", help="Shown at the desk; needed the first time.")
@click.option("--facilitates", "slug", help="Give the role of facilitator of this coproduction.")
def sign_in_link(email: str, name: str | None, slug: str | None) -> None:
    """Print a link that signs EMAIL in once, within 24 hours.

    \b
    Example:
      partage sign-in-link claire@example.org --name Claire --facilitates self-checkout
    """
    click.echo(link_for(email, name, slug))


def link_for(email: str, name: str | None, slug: str | None) -> str:
    """The link; makes the person and the role when they are new."""
    coproduction = Coproduction.objects.filter(slug=slug).first() if slug else None
    if slug and coproduction is None:
        raise click.ClickException(f"There is no coproduction {slug!r}.")
    person = person_of(email, name)
    if coproduction:
        give_role(person, coproduction, Role.Kind.FACILITATOR)
    return settings.BASE_URL + reverse("sign-in-link", args=[make_link(person)])


def person_of(email: str, name: str | None) -> Person:
    """Whoever runs the site answers for the address, also where a facilitator invited it."""
    person = Person.objects.filter(email__iexact=email).first() or _newcomer(email, name)
    if person.awaits_proof:
        prove_address(person)
    return person


def _newcomer(email: str, name: str | None) -> Person:
    if not name:
        raise click.ClickException(f"Nobody signs in as {email} yet: give a --name to add them.")
    try:
        Person(email=email, name=name).clean_fields(exclude=["password"])
    except ValidationError as error:
        raise click.ClickException(f"{email}: {' '.join(error.messages)}") from None
    return Person.objects.create_person(email, name)
