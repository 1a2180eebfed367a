from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "lyhord.triage"
    label = "triage"
