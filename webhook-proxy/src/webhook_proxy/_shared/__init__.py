"""What two processes have to agree on, and nothing that is only convenient.

Edit it in ``shared/ha_mcp_shared``, then run ``scripts/vendor_shared.py``: the other places hold
copies, because each app's image and Home Assistant see their own folder only.
"""
