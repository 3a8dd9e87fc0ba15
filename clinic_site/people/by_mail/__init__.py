"""Links that open an account once: invitations, and new passwords for who forgot hers."""
