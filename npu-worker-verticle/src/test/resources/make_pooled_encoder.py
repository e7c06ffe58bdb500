"""Makes pooled-encoder: an "encoder" whose graph pools, as an export with the library sentence_transformers does; for tests. The vector of a
text is the mean of (id, 1, -id) over its tokens. It wants no token_type_ids. Its tokenizer is tiny-encoder's.

    pip install openvino
    python make_pooled_encoder.py OUT
"""
import pathlib, sys
import numpy as np
import openvino as ov
from openvino import opset15 as op

VOCABULARY = 172
table = np.array([[i, 1, -i] for i in range(VOCABULARY)], np.float32)
inputs = [op.parameter([-1, -1], np.int64, name=name) for name in ("input_ids", "attention_mask")]
for parameter in inputs:
    parameter.output(0).set_names({parameter.friendly_name})
ids, mask = inputs
tokens = op.gather(op.constant(table), ids, op.constant(np.int64(0)))
tokens.output(0).set_names({"token_embeddings"})
weight = op.unsqueeze(op.convert(mask, "f32"), op.constant(np.array([2], np.int64)))
axis = op.constant(np.array([1], np.int64))
pooled = op.divide(op.reduce_sum(op.multiply(tokens, weight), axis), op.reduce_sum(weight, axis))
pooled.output(0).set_names({"sentence_embedding"})
model = ov.Model([op.result(tokens), op.result(pooled)], inputs, "pooled-encoder")
ov.save_model(model, pathlib.Path(sys.argv[1]) / "openvino_model.xml", compress_to_fp16=False)
