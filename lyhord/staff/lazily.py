"""The door of the API as middleware, loaded at the first call of the API: pages do not need what it brings."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class ApiDoor:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.door: GetResponse | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        if self.door is None:
            from lyhord.staff import api_auth

            self.door = api_auth.ApiDoor(self.get_response)
        return self.door(request)
