"""Where is the nearest AED, and can it be used now?"""
