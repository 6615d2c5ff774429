from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "partage.library"
    label = "library"
