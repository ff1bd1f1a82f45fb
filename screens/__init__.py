"""Screens of the console, one .py and one .tcss each: thin faces of services."""
