"""The tools: a folder is a toolset, a file is a tool."""
