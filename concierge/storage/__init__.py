"""What is kept between turns, in one SQLite file a town."""
