from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "partage.oversight"
    label = "oversight"
