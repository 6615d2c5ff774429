"""The `partage` command."""

import importlib
import os
import re
from typing import Any, ClassVar

import click
import django
from django.db.utils import OperationalError, ProgrammingError

from partage import __version__
from partage.config.environment import SettingError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partage.config.settings")
# As SQLite and PostgreSQL say it.
NO_TABLE = re.compile(r'no such table|relation ".*" does not exist')


class Commands(click.Group):
    """Finds each command in its own module, loaded only when it is asked for."""

    modules: ClassVar[dict[str, str]] = {
        "account": "partage.commands.account:account",
        "admin": "partage.commands.admin:admin",
        "backup": "partage.commands.backup:backup",
        "badges": "partage.commands.badges:badges",
        "bench": "partage.commands.bench:bench",
        "check": "partage.commands.check:check",
        "check-parameters": "partage.commands.check_parameters:check_parameters",
        "demo": "partage.commands.demo:demo",
        "export": "partage.commands.export:export",
        "import": "partage.commands.imports:imports",
        "index": "partage.commands.index:index",
        "landscape": "partage.commands.landscape:landscape",
        "record-of-processing": "partage.commands.retention:record_of_processing",
        "results": "partage.commands.results:results",
        "retention": "partage.commands.retention:retention",
        "serve": "partage.commands.serve:serve",
        "register": "partage.commands.register:register",
        "restore": "partage.commands.backup:restore",
        "sign-in-link": "partage.commands.sign_in_link:sign_in_link",
        "tables": "partage.commands.tables:tables",
        "tidy": "partage.commands.tidy:tidy",
        "verify": "partage.commands.verify:verify",
        "worker": "partage.commands.serve:worker",
    }

    # On files alone: neither settings nor database (but for a site's own register, and its tables).
    offline: ClassVar[frozenset[str]] = frozenset(
        {"account", "check-parameters", "landscape", "tables", "verify"}
    )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        if cmd_name == "demo":
            # Its own folder and SQLite, whatever the variables say: it starts by emptying them.
            os.environ["PARTAGE_DATA_DIR"] = "var/demo"
            os.environ.pop("PARTAGE_DATABASE_URL", None)
        if cmd_name not in self.offline:
            set_up()
        module, _, name = self.modules[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            if NO_TABLE.search(str(error)) is None:
                raise
            raise click.ClickException(
                "The database has no tables yet, or is of an older version: start the site once "
                "with `partage serve`, which prepares it, then run this again."
            ) from None


def set_up() -> None:
    """Load the settings and the models that the command's module imports."""
    try:
        django.setup()
    except SettingError as error:
        raise click.ClickException(str(error)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="partage")
def main() -> None:
    """Decide together, count together.

    \b
    Examples:
      partage demo                        try it with sample coproductions
      partage landscape votes.csv         what unites and separates voters, without a site
      partage account declaration.toml    an open account, without a site
      partage verify log                  check the register, hash by hash
      partage serve                       run a site
    """
