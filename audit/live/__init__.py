"""The interactive process: one spawned Python with a few loaded models, for questions about single texts.

The dashboard talks to it through `LiveClient` and imports no torch itself; all sessions of a server share it.

```
client = LiveClient()
answer = client.ask("predict", model="sentiment", texts=["A quiet delight."])   # returns at once
answer.wait(5.0)                                                               # or poll answer.done, answer.parts
```
Requests and answers are JSON lines over the child's pipes; nothing is pickled. Questions take turns between two forward
passes, so nobody waits for somebody else's long one. A child that dies is started again by the next question.
"""

from audit.live.client import Answer, LiveClient

__all__ = ["Answer", "LiveClient"]
