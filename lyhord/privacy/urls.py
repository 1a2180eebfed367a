from django.urls import path

from lyhord.privacy import views

urlpatterns = [
    path("settings/privacy/", views.overview, name="overview"),
    path("settings/privacy/person/<int:pk>/", views.person, name="person"),
    path("settings/privacy/person/<int:pk>/export/", views.export, name="export"),
    path("settings/privacy/person/<int:pk>/erase/", views.erase, name="erase"),
    path("settings/privacy/wish/<int:pk>/extend/", views.extend, name="extend"),
    path("settings/privacy/keep/<slug:kind>/", views.keep, name="keep"),
]
