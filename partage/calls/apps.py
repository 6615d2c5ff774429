from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "partage.calls"
    label = "calls"
