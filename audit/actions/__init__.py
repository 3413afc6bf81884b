"""The one door for everything that somebody does: it asks who acts and whether they may, does it, and has it written down.

Every verb is a function whose first argument is an `audit.actor.Actor`; `audit.actions.verbs` lists them with the role each
needs. Pages, commands and whatever comes call nothing else to change something, and read through `audit.actions.reading`.
"""
