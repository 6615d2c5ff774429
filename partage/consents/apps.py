from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "partage.consents"
    label = "consents"
