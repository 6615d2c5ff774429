from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "partage.checks"
    label = "checks"
