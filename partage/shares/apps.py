from django.apps import AppConfig


class SharesConfig(AppConfig):
    name = "partage.shares"
    label = "shares"
