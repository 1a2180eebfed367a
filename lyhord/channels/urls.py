from django.urls import path

from lyhord.channels import views

urlpatterns = [
    path("settings/channels/", views.accounts, name="accounts"),
    path("settings/channels/new/", views.networks, name="networks"),
    path("settings/channels/new/<slug:name>/", views.connect, name="connect"),
    path("settings/channels/trouble/", views.trouble, name="trouble"),
    path("settings/channels/<int:pk>/", views.account, name="account"),
    path("settings/channels/<int:pk>/test/", views.test, name="test"),
    path("settings/channels/<int:pk>/pause/", views.pause, name="pause"),
    path("settings/channels/<int:pk>/resume/", views.resume, name="resume"),
    path("settings/channels/<int:pk>/describe/", views.describe, name="describe"),
    path("settings/channels/<int:pk>/renew/", views.renew, name="renew"),
    path("settings/channels/<int:pk>/retire/", views.retire, name="retire"),
]
