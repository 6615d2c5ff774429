from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "partage.register"
    label = "register"
