"""What people are told of the environment of several ways to run the server."""

from typing import Final

HOME: Final = """\
environment:
  HOMEASSISTANT_URL    address of Home Assistant, such as http://homeassistant.local:8123
  HOMEASSISTANT_TOKEN  long-lived access token, from the security page of your profile
  JOURNAL_DAYS         how long changes are kept, to be taken back (30)
  LOG_LEVEL            debug, info, warning or error
"""
