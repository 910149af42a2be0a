"""What goes to Teams: the connector and the token it is shown."""
