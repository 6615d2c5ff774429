"""The product's settings with its durability taken away: what a power cut must reveal."""

from partage.config import settings as product

globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})


def without_durability(database: dict[str, object]) -> dict[str, object]:
    options = database["OPTIONS"]
    if not isinstance(options, dict):
        raise TypeError(f"OPTIONS must be a table, got {options!r}.")
    if database["ENGINE"] == "partage.config.sqlite":
        command = str(options["init_command"]).replace("synchronous=FULL", "synchronous=NORMAL")
        return {**database, "OPTIONS": {**options, "init_command": command}}
    return {**database, "OPTIONS": {**options, "options": "-c synchronous_commit=off"}}


DATABASES = {name: without_durability(one) for name, one in product.DATABASES.items()}
