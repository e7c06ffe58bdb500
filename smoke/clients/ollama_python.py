#!/usr/bin/env python3
"""Checks the Ollama dialect of a running npuq with Ollama's own Python package (pip install ollama).

    ollama_python.py http://127.0.0.1:18820

A line for each check: its name, ok or FAILED, and a detail. Ends with 1 where one failed.
"""

import json
import sys
import time
import urllib.request

import ollama

from checks import ENDLESS, Checks

ABSENT = "no-such-model"
WAIT_S = 180
MESSAGES = [{"role": "user", "content": "Name three colours."}]
LONG = [{"role": "user", "content": "Tell a very long story about a lighthouse."}]
SHORT = {"num_predict": 16}


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def refused(status, words, call):
    try:
        call()
    except ollama.ResponseError as e:
        expect(e.status_code == status, f"{e.status_code} instead of {status}: {e.error}")
        expect(words in e.error, f"{words!r} is not in {e.error!r}")
        return f"{status} {e.error}"
    raise AssertionError(f"it was not refused with {status}")


def answer(base, path):
    with urllib.request.urlopen(base + path, timeout=WAIT_S) as response:
        return response.read()


def latest(base, state=None):
    jobs = json.loads(answer(base, "/v1/jobs?limit=1" + (f"&state={state}" if state else "")))["data"]
    return jobs[0]["id"] if jobs else None


def counted(last):
    for name in ("total_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration"):
        expect(isinstance(last[name], int) and last[name] > 0, f"{name} is {last[name]}")
    expect(last["done"] and last["done_reason"] in ("stop", "length"), f"done_reason is {last['done_reason']}")
    return f"{last['eval_count']} tokens in {last['total_duration'] / 1e6:.0f} ms, {last['done_reason']}"


def checks(base):
    client = ollama.Client(host=base)
    model, *encoders = [entry["id"] for entry in json.loads(answer(base, "/v1/models"))["data"]]
    encoder = encoders[-1] if encoders else None

    def root():
        text = answer(base, "/").decode()
        expect(text == "Ollama is running", text)
        return text

    def version():
        text = json.loads(answer(base, "/api/version"))["version"]
        expect(all(part.isdigit() for part in text.split(".")), text)
        return text

    def load():
        loaded = client.generate(model=model)
        expect(loaded.done and loaded.done_reason == "load", loaded)
        return loaded.done_reason

    def running():
        names = {entry.model: entry for entry in client.ps().models}
        entry = next((entry for name, entry in names.items() if name.split(":")[0] == model.split(":")[0]), None)
        expect(entry is not None, f"{model} is not among {list(names)}")
        expect(entry.expires_at is not None and entry.digest and entry.size > 0, entry)
        return f"{entry.model} {entry.size} bytes until {entry.expires_at:%Y-%m-%d}"

    def generate():
        made = client.generate(model=model, prompt="Name three colours.", options=SHORT)
        expect(made.response.strip(), "no text")
        return counted(made)

    def generate_stream():
        pieces = list(client.generate(model=model, prompt="Name three colours.", options=SHORT, stream=True))
        whole = client.generate(model=model, prompt="Name three colours.", options=SHORT).response
        expect("".join(piece.response for piece in pieces) == whole, "the pieces are not the whole")
        expect([piece.done for piece in pieces].count(True) == 1 and pieces[-1].done, "done is not in the last alone")
        return f"{len(pieces)} pieces, {counted(pieces[-1])}"

    def system_and_raw():
        told = client.generate(model=model, prompt="Hello", system="You are a pirate.", options=SHORT)
        raw = client.generate(model=model, prompt="Once upon a", raw=True, options=SHORT)
        expect(told.prompt_eval_count > raw.prompt_eval_count, "a raw prompt has the chat template's tokens")
        return f"{told.prompt_eval_count} and {raw.prompt_eval_count} tokens of prompt"

    def chat():
        made = client.chat(model=model, messages=MESSAGES, options=SHORT)
        expect(made.message.role == "assistant" and made.message.content.strip(), "no text")
        return counted(made)

    def chat_stream():
        pieces = list(client.chat(model=model, messages=MESSAGES, options=SHORT, stream=True))
        whole = client.chat(model=model, messages=MESSAGES, options=SHORT).message.content
        expect("".join(piece.message.content for piece in pieces) == whole, "the pieces are not the whole")
        return f"{len(pieces)} pieces, {counted(pieces[-1])}"

    def options():
        drawn = [
            client.chat(model=model, messages=MESSAGES, options={**SHORT, "temperature": 1.0, "seed": 7}).message.content
            for _ in range(2)
        ]
        expect(drawn[0] == drawn[1], "the same seed gave two texts")
        cut = client.chat(model=model, messages=MESSAGES, options={"num_predict": 1})
        expect(cut.done_reason == "length" and cut.eval_count == 1, counted(cut))
        return "the same seed, the same text; num_predict holds"

    def stop():
        free = client.generate(model=model, prompt="Name three colours.", options=SHORT).response
        word = free.split()[1]
        held = client.generate(model=model, prompt="Name three colours.", options={**SHORT, "stop": [word]})
        expect(word not in held.response and held.done_reason == "stop", held.response)
        return f"stopped before {word!r}"

    def format_json():
        made = client.chat(model=model, messages=MESSAGES, format="json", options={"num_predict": 200})
        text = made.message.content
        if made.done_reason == "length":
            expect(text.startswith("{"), text)
            return "an object, cut off by num_predict"
        expect(isinstance(json.loads(text), dict), text)
        return "an object"

    def format_schema():
        schema = {
            "type": "object",
            "properties": {"colour": {"type": "string", "maxLength": 20}, "warm": {"type": "boolean"}},
            "required": ["colour", "warm"],
        }
        made = client.generate(model=model, prompt="Name a colour as JSON.", format=schema, options={"num_predict": 100})
        value = json.loads(made.response)
        expect(isinstance(value["colour"], str) and isinstance(value["warm"], bool), made.response)
        return made.response

    def tools():
        weather = {"name": "weather", "description": "of a place", "parameters": {"type": "object", "properties": {"place": {"type": "string"}}}}
        asked = {"model": model, "messages": MESSAGES, "tools": [{"type": "function", "function": weather}], "options": SHORT}
        try:
            return f"the model takes tools: {counted(client.chat(**asked))}"
        except ollama.ResponseError:
            return refused(400, "does not support tools", lambda: client.chat(**asked))

    def cancel():
        before = latest(base)
        stream = client.chat(model=model, messages=LONG, options={"num_predict": 1000}, format=ENDLESS, stream=True)
        next(stream)
        job = latest(base)
        expect(job != before, "no job was made")
        stream.close()
        ended = json.loads(answer(base, f"/v1/jobs/{job}?wait_ms=60000"))
        expect(ended["state"] == "cancelled", f"{job} is {ended['state']}")
        return f"{job} is cancelled"

    def unload():
        gone = client.generate(model=model, keep_alive=0)
        expect(gone.done_reason == "unload", gone)
        end = time.monotonic() + WAIT_S
        while client.ps().models and any(entry.model.startswith(model) for entry in client.ps().models):
            expect(time.monotonic() < end, f"{model} is still loaded")
            time.sleep(0.1)
        back = client.chat(model=model, messages=MESSAGES, options=SHORT)
        expect(back.load_duration > 0, "the next answer did not load the model again")
        return f"freed; the next answer loaded it in {back.load_duration / 1e6:.0f} ms"

    def embed():
        if encoder is None:
            return refused(400, "--embedding-model", lambda: client.embed(model=model, input="a"))
        made = client.embed(model=encoder, input=["one text", "another"])
        older = client.embeddings(model=encoder, prompt="one text")
        expect(len(made.embeddings) == 2 and list(made.embeddings[0]) == list(older.embedding), "the two ways differ")
        return f"{len(older.embedding)} numbers"

    report = Checks("ollama (Python)")
    run = report.check
    run("root", root)
    run("version", version)
    run("load by an empty prompt", load)
    run("ps", running)
    run("generate", generate)
    run("generate, streamed", generate_stream)
    run("generate, system and raw", system_and_raw)
    run("chat", chat)
    run("chat, streamed", chat_stream)
    run("options", options)
    run("stop", stop)
    run("format json", format_json)
    run("format as a schema", format_schema)
    run("tools, or a clear refusal", tools)
    run("embeddings", embed)
    run("cancel in mid-stream", cancel)
    run("keep_alive 0 frees the model", unload)
    run("error: unknown model", lambda: refused(404, "not found, try pulling it first", lambda: client.chat(model=ABSENT, messages=MESSAGES)))
    run(
        "error: unknown model, streamed",
        lambda: refused(404, "try pulling it first", lambda: next(client.chat(model=ABSENT, messages=MESSAGES, stream=True))),
    )
    run("error: suffix", lambda: refused(400, "suffix is not supported", lambda: client.generate(model=model, prompt="a", suffix="b")))
    run("error: images", lambda: refused(400, "images are not supported", lambda: client.generate(model=model, prompt="a", images=["aGk="])))
    run("error: a bad option", lambda: refused(400, "temperature", lambda: client.generate(model=model, prompt="a", options={"temperature": 9})))
    run("error: embed with this model", lambda: refused(400, "embedding", lambda: client.embed(model=model, input="a")))
    report.end()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    checks(sys.argv[1].rstrip("/"))
