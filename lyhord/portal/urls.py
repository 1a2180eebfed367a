from django.urls import path, re_path

from lyhord.portal import views

LANG = r"^(?P<lang>en|sv|fi|nb|da)/help/"

urlpatterns = [
    path("help/", views.help_door, name="help_door"),
    re_path(LANG + r"$", views.ask, name="help"),
    re_path(LANG + r"ask/(?P<form>[0-9]{1,18})/$", views.ask, name="ask"),
    re_path(LANG + r"ticket/(?P<token>[\w-]{22,64})/$", views.ticket, name="ticket"),
    re_path(LANG + r"case/(?P<token>[\w-]{22,64})/$", views.case, name="case"),
    re_path(LANG + r"mail/(?P<token>[\w-]{22,64})/$", views.mail, name="mail"),
]
