"""Addresses of the customers, and of what a writer is shown about them."""

from django.urls import path, re_path

from lyhord.desk.views import customers, warning

ONE = "customers/<int:pk>/"
TALK = "conversation/<int:pk>/"

urlpatterns = [
    path("customers/", customers.customers, name="customers"),
    path("customers/suggestions/", customers.suggestions, name="suggestions"),
    re_path(
        r"^customers/suggestions/(?P<pk>[0-9]{1,18})/(?P<verb>accept|decline)/$",
        customers.decide,
        name="decide",
    ),
    path(ONE, customers.customer, name="customer"),
    path(ONE + "timeline/", customers.moments, name="timeline"),
    path(ONE + "change/", customers.change, name="change_customer"),
    path(ONE + "others/", customers.others, name="others"),
    path(ONE + "merge/", customers.merge, name="merge_customer"),
    path(ONE + "merge/<int:number>/undo/", customers.part, name="part_customer"),
    path(ONE + "wishes/", customers.wish, name="wish"),
    re_path(
        r"^customers/(?P<pk>[0-9]{1,18})/wishes/(?P<number>[0-9]{1,18})/(?P<verb>accept|decline|end)/$",
        customers.settle_wish,
        name="settle_wish",
    ),
    path(TALK + "before/", warning.before, name="before"),
    path(TALK + "like/<int:link>/", warning.answer_like, name="answer_like"),
    path(TALK + "like/<int:link>/decline/", warning.another_question, name="another_question"),
]
