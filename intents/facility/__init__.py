"""When is this facility open, where is it, what is its number?"""
