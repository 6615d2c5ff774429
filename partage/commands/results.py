"""`partage results`: results computed again, with some contested sets and without others."""

import json

import click

from partage.contributions.channels import FEWEST
from partage.contributions.models import ContestedSet
from partage.contributions.releases import compute_results
from partage.coproductions.models import Coproduction


@click.command()
@click.argument("slug")
@click.option("--with", "counted", type=int, multiple=True, help="Count this contested set.")
@click.option("--without", "left", type=int, multiple=True, help="Leave this contested set out.")
def results(slug: str, counted: tuple[int, ...], left: tuple[int, ...]) -> None:
    """Compute the results of SLUG now, and print them as JSON; nothing is published or written.

    Sets of answers that the desk left out stay out, unless --with names them; others are counted,
    unless --without does. Frozen answers stay out. Whoever holds two such results can subtract them:
    a set of fewer than 10 people is refused.

    \b
    Examples:
      partage results shops > as-decided.json
      partage results shops --with 1 > with-set-1.json
    """
    coproduction = Coproduction.objects.visible().filter(slug=slug).first()
    if coproduction is None:
        raise click.ClickException(f"No coproduction is called {slug!r}: look at its address.")
    sets = _sets(coproduction, counted, left)
    last = coproduction.releases.order_by("number").last()
    content = compute_results(coproduction, last, sets).content
    click.echo(json.dumps({"coproduction": slug, **content}, ensure_ascii=False, indent=1))


def _sets(coproduction: Coproduction, counted: tuple[int, ...], left: tuple[int, ...]) -> object:
    """Those to leave out; refuses a number that is no set, named both ways, or too small a set."""
    sets = ContestedSet.objects.filter(coproduction=coproduction)
    if both := set(counted) & set(left):
        raise click.ClickException(f"Set {min(both)} is named both with and without: choose one.")
    for number in (*counted, *left):
        one = sets.filter(number=number).first()
        if one is None:
            raise click.ClickException(f"{coproduction.slug} has no contested set {number}.")
        if one.members.count() < FEWEST:
            sentence = f"Set {number} has fewer than {FEWEST} people: two results would tell what they said."
            raise click.ClickException(sentence)
    excluded = set(sets.filter(state="excluded").values_list("number", flat=True))
    return sets.filter(number__in=(excluded | set(left)) - set(counted))
