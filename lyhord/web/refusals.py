"""How the API refuses, without the API: middleware uses it too, and a page need not load what the API needs."""

from django.http import JsonResponse


def problem(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)
