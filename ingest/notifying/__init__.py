"""Alerts: that something has entered a queue, told to a receiver of webhooks or by e-mail."""
