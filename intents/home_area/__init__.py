"""Keeping an area by one tap, under a home's name, and letting go of it again."""
