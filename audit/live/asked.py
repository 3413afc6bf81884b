"""Whether a question can be asked: an action there is, arguments of the kinds it takes, texts of whole characters."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from audit.errors import AuditError
from models.halves import halved


def check_question(actions: Mapping[str, Callable[..., Any]], action: str, arguments: Mapping[str, Any]) -> None:
    """Refuse a question that its action could only break down on.

    Args:
        actions: what can be asked, by name.
        action: the one that is asked.
        arguments: JSON data.

    Raises:
        AuditError: in one sentence; which action or argument, and what is allowed.
    """
    if action not in actions:
        raise AuditError(f"There is no question {action!r}; there are {', '.join(actions)}.")
    try:
        _form(actions[action]).model_validate(arguments)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise AuditError(f"{action} cannot be asked so: {where}: {first['msg']}.") from None
    if halved(json.dumps(arguments, ensure_ascii=False)):
        raise AuditError(
            "The text holds half a character (a surrogate such as \\ud800 alone), which no model reads; mend it."
        )


@cache
def _form(action: Callable[..., Any]) -> type[BaseModel]:
    """The arguments of an action as a model, from its signature."""
    names = [name for name in inspect.signature(action).parameters if name != "task"]
    hints = get_type_hints(action, localns={"Task": object})
    fields: dict[str, Any] = {}
    for name in names:
        default = inspect.signature(action).parameters[name].default
        fields[name] = (hints.get(name, Any), ... if default is inspect.Parameter.empty else default)
    return create_model(action.__name__, __config__=ConfigDict(extra="forbid", strict=True), **fields)
