from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "lyhord.intake"
    label = "intake"
