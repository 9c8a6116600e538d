"""Administración: how Cartera is installed here. Read only: it is set where the server runs."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from cartera.desk.deployment import installed
from cartera.desk.screens import StaffRequest, screen


@screen(may="deployment.view")
def deployment(request: StaffRequest) -> HttpResponse:
    """Every setting of the server, where it comes from, and what it is; secrets are only said to be there."""
    return render(request, "desk/deployment.html", {"groups": installed()})
