"""MLServer with adaptive batching: records are a tensor of JSON texts, which it joins along its first dimension."""

from __future__ import annotations

import json

from mlserver import MLModel
from mlserver.codecs import StringCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Runtime(MLModel):
    """A runtime of one's own, as its documentation has it for JSON."""

    async def load(self) -> bool:
        """Load the model."""
        import model

        self.answers = model.answers
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Answer one prediction for each record."""
        records = [json.loads(text) for text in StringCodec.decode_input(payload.inputs[0])]
        texts = [json.dumps(answer) for answer in self.answers(records)]
        return InferenceResponse(model_name=self.name, outputs=[StringCodec.encode_output("predictions", texts)])
