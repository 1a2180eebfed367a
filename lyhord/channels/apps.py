from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "lyhord.channels"
    label = "channels"
