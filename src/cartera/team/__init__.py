"""Who serves: staff and their roles, branches as a tree, working hours, absences, appointments."""
