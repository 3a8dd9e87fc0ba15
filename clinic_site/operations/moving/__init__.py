"""The whole database to another place, sealed as it is: `manage.py move_database`."""
