"""What ``/docs`` says of ``POST /explain``."""

from __future__ import annotations

from typing import Any

from ..openapi import PREDICT, content, problem

NUMBER = {"type": "number"}
CONTRIBUTION = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "A field; of a text a word; of an array a place"},
        "contribution": NUMBER,
        "standard_error": {"type": ["number", "null"], "description": "Where it was estimated"},
    },
}
EXPLAINED = {
    "type": "object",
    "properties": {
        "of": {"type": "string", "description": "Which number it is"},
        "value": {**NUMBER, "description": "The base and all contributions, added up"},
        "base": {**NUMBER, "description": "The mean over rows of the notebook's"},
        "contributions": {"type": "array", "items": CONTRIBUTION},
    },
}
EXPLANATION = {
    "type": "object",
    "properties": {
        "prediction": {},
        "explained": {"type": "array", "items": EXPLAINED},
        "exact": {"type": "boolean", "description": "Whether no contribution was estimated"},
        "background": {"type": "integer", "description": "Rows of the notebook's that it was compared with"},
    },
}
ANSWER = {
    "type": "object",
    "properties": {
        "explanations": {"type": "array", "items": EXPLANATION},
        "model_version": {"type": "string"},
    },
    "required": ["explanations", "model_version"],
}
EXPLAIN: dict[str, Any] = {
    **PREDICT,
    "responses": {
        **PREDICT["responses"],
        200: {
            "description": "One explanation for each record, in order",
            **content("application/json", ANSWER),
        },
        501: problem("Answers to such records cannot be explained"),
    },
}
