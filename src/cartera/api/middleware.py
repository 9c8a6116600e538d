"""Answers that the framework gives before the API is reached, or instead of it, speak the API's language too."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cartera.api.problems import MEDIA_TYPE, problem

PREFIX = "/api/"


class ProblemMiddleware:
    """Turn an unknown address, a wrong method or a refused host under `/api/` into a problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path.startswith(PREFIX):
            return response
        if response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        translated = problem(response.status_code)
        if allowed := response.headers.get("Allow"):
            translated["Allow"] = allowed
        return translated
