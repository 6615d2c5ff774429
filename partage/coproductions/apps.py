from django.apps import AppConfig


class CoproductionsConfig(AppConfig):
    name = "partage.coproductions"
    label = "coproductions"
