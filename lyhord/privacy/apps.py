from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "lyhord.privacy"
    label = "privacy"
