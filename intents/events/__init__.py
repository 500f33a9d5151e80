"""What takes place on a day, a weekend, in a month?"""
