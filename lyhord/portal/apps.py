from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "lyhord.portal"
    label = "portal"
