"""What is done about people, their branches and their time."""

from cartera.team.actions.branches import open_branch
from cartera.team.actions.people import hire, hire_first_administrator
from cartera.team.actions.time import make_appointment, plan_absence, set_hours

__all__ = ["hire", "hire_first_administrator", "make_appointment", "open_branch", "plan_absence", "set_hours"]
