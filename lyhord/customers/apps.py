from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "lyhord.customers"
    label = "customers"
