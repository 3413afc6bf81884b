"""What stands in front of the pages: who may come in, from where, with how much; nothing here knows a page."""
