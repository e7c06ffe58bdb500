"""Texts a second of an encoder on the CPU, one by one and 32 at a time, driven from Python in turns with npuq's own engine in its own
process (io.npuq.bench.EmbedRate: the same texts), as a machine's speed drifts. In Python the batch goes through the model as it comes.

    pip install openvino openvino-tokenizers numpy
    python embed_rate.py MODEL ROUNDS java -cp ... io.npuq.bench.EmbedRate OPENVINO MODEL CACHE
"""
import statistics, subprocess, sys, time
import numpy as np
import openvino as ov
import openvino_tokenizers  # noqa: F401 (registers the tokenizers' operations)

BATCH, WARM_UP = 32, 30
WORDS = "the mail server in osaka is slow since noon and the backup job on rack four lost its disk".split()
LENGTHS = [4, 6, 8, 10, 12, 16, 20, 28]  # words
model, rounds, npuq = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
texts = [" ".join(WORDS[(i + j) % len(WORDS)] for j in range(LENGTHS[i % len(LENGTHS)])) for i in range(BATCH)]
samples = {}

class Python:
    def __init__(self, mode):
        core = ov.Core()
        self.tokenizer = core.compile_model(f"{model}/openvino_tokenizer.xml", "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        self.encoder = core.compile_model(
            f"{model}/openvino_model.xml", "CPU", {"PERFORMANCE_HINT": "LATENCY", "EXECUTION_MODE_HINT": mode})
        self.tokenize, self.encode = self.tokenizer.create_infer_request(), self.encoder.create_infer_request()

    def embed(self, batch):
        tokens = self.tokenize.infer({0: ov.Tensor(batch)})
        ids, mask = tokens["input_ids"], tokens["attention_mask"]
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self.encode.infer(inputs)["last_hidden_state"]
        weights = mask[:, :, None].astype(np.float32)
        pooled = (states * weights).sum(1) / weights.sum(1)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

def note(name, batch, seconds):
    print(f"{name:<16} batch {batch:2d} {BATCH / seconds:9.1f} texts/s", flush=True)
    samples.setdefault((batch, name), []).append(BATCH / seconds)

def measure(name, engine):
    for batch in (1, BATCH):
        started = time.perf_counter()
        for i in range(0, BATCH, batch):
            engine.embed(texts[i:i + batch])
        note(name, batch, time.perf_counter() - started)

engines = {"python": Python("ACCURACY"), "python-default": Python("PERFORMANCE")}
java = subprocess.Popen(npuq, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) if npuq else None
def npuq_round():
    java.stdin.write("\n".join(texts) + "\n\n")
    java.stdin.flush()
    return [java.stdout.readline().split() for _ in (1, BATCH)]
for engine in engines.values():
    for _ in range(WARM_UP):
        for batch in (1, BATCH):
            for i in range(0, BATCH, batch):
                engine.embed(texts[i:i + batch])
if java:
    for _ in range(WARM_UP):
        npuq_round()
for _ in range(rounds):
    for name, engine in engines.items():
        measure(name, engine)
    if java:
        for batch, seconds in npuq_round():
            note("npuq", int(batch), float(seconds))
for (batch, name), values in sorted(samples.items()):
    print(f"batch {batch:2d} {name:<16} best {max(values):9.1f}  median {statistics.median(values):9.1f} texts/s  of {len(values)}")
if java:
    java.stdin.close()
    java.wait()
