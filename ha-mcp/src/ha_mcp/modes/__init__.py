"""The ways to run the server, a module each, loaded only when it is the one that runs.

Each has ``ABOUT`` and ``ENVIRONMENT`` for people, and ``run``. What one way needs takes no memory
in the others.
"""
