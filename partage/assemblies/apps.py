from django.apps import AppConfig


class AssembliesConfig(AppConfig):
    name = "partage.assemblies"
    label = "assemblies"
