"""A turn, from Teams' POST to the reply in its connector, beside two bots of the stock SDK."""
