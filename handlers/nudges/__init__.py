"""Told of the next lesson once a week, for whoever asked for it: their own consent, day and hour.

Nothing is imported here: the learning conversation offers it, and it leads back to learning.
"""
