"""Clinics on duty: what the rosters say, by date and moment, and for whom."""
