from django.apps import AppConfig
from django.core import checks


class RightsConfig(AppConfig):
    name = "partage.rights"
    label = "rights"

    def ready(self) -> None:
        # Models must be there before what is declared of them is read.
        from partage.rights.declared import check_declared  # noqa: PLC0415

        checks.register(check_declared)
