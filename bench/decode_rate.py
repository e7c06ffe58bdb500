"""Tokens a second of openvino_genai on the CPU, greedy and streamed, and the time of a long prompt:
the same prompts and columns as io.npuq.bench.DecodeRate. Run both in turns, as a machine's speed drifts.

    pip install openvino-genai
    python decode_rate.py MODEL ROUNDS [SDPA]
"""
import sys, time
import openvino_genai as genai

NEW_TOKENS, PREFILL_WORDS = 128, 1000
PROMPTS = ["Write a long story about a lighthouse keeper.",
           "Explain in detail how a refrigerator works.",
           "Describe a day in the life of a mail carrier, hour by hour."]
model, rounds = sys.argv[1], int(sys.argv[2])
options = {"ATTENTION_BACKEND": sys.argv[3]} if len(sys.argv) > 3 else {}
name = "genai-" + (sys.argv[3] if options else "default")
pipe = genai.LLMPipeline(model, "CPU", **options)
tokenizer = pipe.get_tokenizer()

def chat(user):
    return ("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
            f"<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n")

def measure(label, user, new_tokens):
    config = genai.GenerationConfig(max_new_tokens=new_tokens, do_sample=False, apply_chat_template=False)
    pieces, started, first = [], time.perf_counter(), None
    def stream(piece):
        pieces.append(piece)
        return genai.StreamingStatus.RUNNING
    result = pipe.generate([chat(user)], config, stream)
    total = (time.perf_counter() - started) * 1e3
    metrics = result.perf_metrics
    count, first = metrics.get_num_generated_tokens(), metrics.get_ttft().mean
    if label is not None:
        print(f"{name:<16} {label:5d} {metrics.get_num_input_tokens():7d} {count:4d} {first:9.1f}"
              f" {(count - 1) * 1e3 / (total - first):9.1f} {total:9.1f}", flush=True)

measure(None, "Say hello.", 8)
print("engine           round  prompt  new  first_ms  tokens_s  total_ms")
for label in range(rounds):
    for prompt in PROMPTS:
        measure(label, prompt, NEW_TOKENS)
    measure(label, "word " * PREFILL_WORDS, 2)
