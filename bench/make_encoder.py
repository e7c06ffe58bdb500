"""Makes an encoder of the size of all-MiniLM-L6-v2 (6 layers, 384 wide, 12 heads) with random weights, for embed_rate.py: where no model
can be fetched, its arithmetic is the same. Tokenizer and configuration come from the tests' tiny encoder, whose vocabulary it has.

    pip install openvino openvino-tokenizers
    python make_encoder.py ../npu-worker-verticle/src/test/resources/tiny-encoder OUT
"""
import json, pathlib, shutil, sys
import numpy as np
import openvino as ov
from openvino import opset15 as op

LAYERS, WIDTH, HEADS, INNER, POSITIONS = 6, 384, 12, 1536, 512
source, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
vocabulary = json.loads((source / "config.json").read_text())["vocab_size"]
dice = np.random.default_rng(7)

def weights(*shape):
    return op.constant(dice.normal(0, 0.05, shape).astype(np.float32))

def ints(*values):
    return op.constant(np.array(values, np.int64))

def dense(x, inputs, outputs):
    return op.add(op.matmul(x, weights(inputs, outputs), False, False), weights(outputs))

def norm(x):
    scaled = op.mvn(x, ints(-1), True, 1e-12, "INSIDE_SQRT")
    return op.add(op.multiply(scaled, op.constant(np.ones(WIDTH, np.float32))), weights(WIDTH))

def heads(x):
    return op.transpose(op.reshape(x, ints(0, 0, HEADS, WIDTH // HEADS), True), ints(0, 2, 1, 3))

inputs = [op.parameter([-1, -1], np.int64, name=name) for name in ("input_ids", "attention_mask", "token_type_ids")]
for parameter in inputs:
    parameter.output(0).set_names({parameter.friendly_name})
ids, mask, types = inputs
places = op.range(op.constant(np.int64(0)), op.gather(op.shape_of(ids), op.constant(np.int64(1)), op.constant(np.int64(0))),
                  op.constant(np.int64(1)), "i64")
zero = op.constant(np.int64(0))
x = op.add(op.gather(weights(vocabulary, WIDTH), ids, zero), op.gather(weights(2, WIDTH), types, zero))
x = norm(op.add(x, op.gather(weights(POSITIONS, WIDTH), places, zero)))
hidden = op.multiply(op.subtract(op.constant(np.float32(1)), op.convert(mask, "f32")), op.constant(np.float32(-1e9)))
hidden = op.unsqueeze(hidden, ints(1, 2))
for _ in range(LAYERS):
    query, key, value = (heads(dense(x, WIDTH, WIDTH)) for _ in range(3))
    seen = op.scaled_dot_product_attention(query, key, value, hidden, causal=False)
    seen = op.reshape(op.transpose(seen, ints(0, 2, 1, 3)), ints(0, 0, WIDTH), True)
    x = norm(op.add(x, dense(seen, WIDTH, WIDTH)))
    x = norm(op.add(x, dense(op.gelu(dense(x, WIDTH, INNER), "erf"), INNER, WIDTH)))
result = op.result(x)
x.output(0).set_names({"last_hidden_state"})
shutil.copytree(source, out)
for path in [out, *out.rglob("*")]:
    path.chmod(0o755 if path.is_dir() else 0o644)
ov.save_model(ov.Model([result], inputs, "encoder"), out / "openvino_model.xml", compress_to_fp16=False)
for name, key in (("config.json", "max_position_embeddings"), ("tokenizer_config.json", "model_max_length")):
    config = json.loads((out / name).read_text())
    config[key] = POSITIONS
    (out / name).write_text(json.dumps(config))
