"""What is asked further about the FAQ entry just answered."""
