"""Which calendars may be read.

With `CARTERA_PRIVATE_CALENDARS=1` calendars are read from addresses of the institution's own network too; otherwise nobody
can make this server knock on its doors.
"""

import os

CARTERA_PRIVATE_CALENDARS = os.environ.get("CARTERA_PRIVATE_CALENDARS", "") == "1"

__all__ = ["CARTERA_PRIVATE_CALENDARS"]
