"""One server for the homes of many people, each signed in to their own (``ha-mcp-oauth``)."""
