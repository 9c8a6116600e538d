"""How people come in, and which calendars may be read.

`CARTERA_INVITATION_DAYS` is how long an invitation lasts. With `CARTERA_PRIVATE_CALENDARS=1` calendars are read from
addresses of the institution's own network too; otherwise nobody can make this server knock on its doors.
"""

import os

CARTERA_INVITATION_DAYS = int(os.environ.get("CARTERA_INVITATION_DAYS", "7"))
CARTERA_PRIVATE_CALENDARS = os.environ.get("CARTERA_PRIVATE_CALENDARS", "") == "1"

__all__ = ["CARTERA_INVITATION_DAYS", "CARTERA_PRIVATE_CALENDARS"]
