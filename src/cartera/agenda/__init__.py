"""The optimal day: whom each person serves, when, through which channel, and why; and what did not fit."""
