"""Who is signed in, read with the member of staff behind it: every page asks for both."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from cartera.team.models import SignIn


class StaffBackend(ModelBackend):
    def get_user(self, user_id: Any) -> SignIn | None:
        found = SignIn.objects.select_related("staff__branch").filter(pk=user_id, is_active=True).first()
        return found if isinstance(found, SignIn) else None
