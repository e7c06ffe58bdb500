"""Tokens a second of openvino_genai on the CPU, greedy and streamed, and the time of a long prompt, in turns with npuq's own loop
(io.npuq.bench.DecodeRate: the same prompts), as a machine's speed drifts. Prints every answer, then the best and the median.

    pip install openvino-genai
    python decode_rate.py MODEL ROUNDS java -cp ... io.npuq.bench.DecodeRate OPENVINO MODEL CACHE
"""
import statistics, subprocess, sys, time
import openvino_genai as genai

NEW_TOKENS, PREFILL_WORDS = 128, 1000
PROMPTS = ["Write a long story about a lighthouse keeper.",
           "Explain in detail how a refrigerator works.",
           "Describe a day in the life of a mail carrier, hour by hour."]
model, rounds, npuq = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
samples = {}

def chat(user):
    return ("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
            f"<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n")

def note(line):
    print(line, flush=True)
    name, prompt, new, first, rate, _ = line.split()
    samples.setdefault((name, "prefill_ms" if int(new) == 1 else "tokens_s"), []).append(float(first if int(new) == 1 else rate))

def measure(name, pipe, user, new_tokens):
    config = genai.GenerationConfig(max_new_tokens=new_tokens, do_sample=False, apply_chat_template=False)
    pieces, started = [], time.perf_counter()
    def stream(piece):
        pieces.append(piece)
        return genai.StreamingStatus.RUNNING
    metrics = pipe.generate([chat(user)], config, stream).perf_metrics
    total = (time.perf_counter() - started) * 1e3
    count, first = metrics.get_num_generated_tokens(), metrics.get_ttft().mean
    rate = (count - 1) * 1e3 / (total - first)
    note(f"{name:<14} {metrics.get_num_input_tokens():7d} {count:4d} {first:9.1f} {rate:9.1f} {total:9.1f}")

pipes = {"genai": genai.LLMPipeline(model, "CPU"), "genai-SDPA": genai.LLMPipeline(model, "CPU", ATTENTION_BACKEND="SDPA")}
java = subprocess.Popen(npuq, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) if npuq else None
print("engine          prompt  new  first_ms  tokens_s  total_ms")
for _ in range(rounds):
    for name, pipe in pipes.items():
        for prompt in PROMPTS:
            measure(name, pipe, prompt, NEW_TOKENS)
        measure(name, pipe, "word " * PREFILL_WORDS, 1)
    if java:
        java.stdin.write("\n")
        java.stdin.flush()
        for _ in range(len(PROMPTS) + 1):
            note(java.stdout.readline().rstrip())
for (name, what), values in sorted(samples.items(), key=lambda item: item[0][1]):
    best = min(values) if what == "prefill_ms" else max(values)
    print(f"{name:<14} {what:<10} best {best:8.1f}  median {statistics.median(values):8.1f}  of {len(values)}")
if java:
    java.stdin.close()
    java.wait()
