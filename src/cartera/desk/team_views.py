"""Mi equipo."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from cartera.clock.queries import institution
from cartera.desk.addresses import address
from cartera.desk.screens import StaffRequest, screen
from cartera.desk.settings import goal
from cartera.desk.team_page import team_page
from cartera.results import definitions


@screen(may="team.view")
def team(request: StaffRequest) -> HttpResponse:
    """Who keeps their word, who has too much, what does not fit."""
    context = {
        "page": team_page(actor=request.actor),
        "goal": goal(),
        "currency": institution().currency,
        "my_day_url": address("desk:my_day"),
        "definition": definitions.DEFINITIONS["kept_rate"].meaning,
    }
    return render(request, "desk/team.html", context)
