"""How good and how fast Signpost is, measured beside others."""
