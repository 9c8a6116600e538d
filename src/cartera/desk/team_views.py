"""Mi equipo."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from cartera.clock.queries import institution
from cartera.desk.context import address
from cartera.desk.screens import StaffRequest, screen
from cartera.desk.team_page import GOAL, team_page
from cartera.results import definitions


@screen(may="team.view")
def team(request: StaffRequest) -> HttpResponse:
    """Who keeps their word, who has too much, what does not fit."""
    context = {
        "page": team_page(actor=request.actor),
        "goal": GOAL,
        "currency": institution().currency,
        "my_day_url": address("desk:my_day"),
        "definition": definitions.DEFINITIONS["kept_rate"].meaning,
    }
    return render(request, "desk/team.html", context)
