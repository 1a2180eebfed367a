"""A request of somebody who works here, for types: behind `login_required` the user is one of ours."""

from django.http import HttpRequest

from lyhord.staff.models import User


class StaffRequest(HttpRequest):
    user: User
