"""Business time: the institution's date, its working calendars, what is a deadline and how much of it has passed."""
