"""The openai package against a running npuq. Argument: its address. Wants a generating model; embeddings are tried where there is a model for them."""

import json
import sys
import time
import urllib.request

import openai
from checks import ENDLESS_FORMAT, Checks, raises

url = sys.argv[1]
client = openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0)
models = [model.id for model in client.models.list()]
chat_model = models[0]
hello = [{"role": "user", "content": "Say hello."}]
checks = Checks("openai (Python)")
weather = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a place",
        "parameters": {"type": "object", "properties": {"place": {"type": "string", "maxLength": 20}}, "required": ["place"]},
    },
}


def ask(**more):
    return client.chat.completions.create(**{"model": chat_model, "messages": hello, "max_tokens": 16, **more})


def chat():
    answer = ask()
    assert answer.choices[0].message.content
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    return f"{answer.usage.total_tokens} tokens"


def stream():
    whole = ask(seed=1).choices[0].message.content
    chunks = list(ask(seed=1, stream=True, stream_options={"include_usage": True}))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == whole
    assert chunks[-1].usage.completion_tokens
    return f"{len(chunks)} chunks"


def state(job):
    with urllib.request.urlopen(f"{url}/v1/jobs/{job}?wait_ms=20000") as answer:
        return json.load(answer)["state"]


def cancel():
    raw = client.chat.completions.with_raw_response.create(
        model=chat_model, messages=hello, max_tokens=1024, stream=True, response_format=ENDLESS_FORMAT
    )
    job = raw.headers["X-Npuq-Job-Id"]
    pieces = raw.parse()
    next(pieces)
    next(pieces)
    pieces.close()
    ended = state(job)
    assert ended == "cancelled", ended
    return ended


def completion():
    answer = client.completions.create(model=chat_model, prompt="One, two,", max_tokens=4)
    return repr(answer.choices[0].text)


def structured():
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
    answer = ask(
        max_tokens=64,
        response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": schema, "strict": True}},
    )
    value = json.loads(answer.choices[0].message.content)
    assert isinstance(value["n"], int)
    return json.dumps(value)


def forced_tool():
    choice = {"type": "function", "function": {"name": "weather"}}
    try:
        answer = ask(max_tokens=64, tools=[weather], tool_choice=choice)
    except openai.BadRequestError as error:
        assert error.code == "tools_unsupported", error
        return "refused: the model's template has none"
    call = answer.choices[0].message.tool_calls[0]
    assert call.function.name == "weather" and "place" in json.loads(call.function.arguments)
    return call.function.arguments


def streamed_tool():
    choice = {"type": "function", "function": {"name": "weather"}}
    try:
        chunks = list(ask(max_tokens=64, tools=[weather], tool_choice=choice, stream=True))
    except openai.BadRequestError as error:
        assert error.code == "tools_unsupported", error
        return "refused: the model's template has none"
    calls = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
    assert [call.function.name for call in calls if call.function.name] == ["weather"]
    arguments = "".join(call.function.arguments or "" for call in calls)
    assert "place" in json.loads(arguments) and chunks[-1].choices[0].finish_reason == "tool_calls"
    asked = [*hello, {"role": "assistant", "content": None, "tool_calls": [
        {"id": calls[0].id, "type": "function", "function": {"name": "weather", "arguments": arguments}}
    ]}, {"role": "tool", "tool_call_id": calls[0].id, "content": "rain"}]
    assert ask(messages=asked, tools=[weather]).choices[0].finish_reason
    return f"{len(calls)} deltas: {arguments}"


def errors():
    assert raises(openai.NotFoundError, lambda: ask(model="no-such-model")).code == "model_not_found"
    assert raises(openai.BadRequestError, lambda: ask(n=2)).param == "n"
    return "404 and 400 are their exceptions"


def deadline():
    began = time.monotonic()
    error = raises(openai.APIStatusError, lambda: ask(max_tokens=1024, extra_body={"deadline_ms": 1}))
    assert error.status_code in (422, 504) and error.response.headers["x-should-retry"] == "false", error
    return f"{error.status_code} after {time.monotonic() - began:.1f} s"


def same_key():
    key = {"Idempotency-Key": f"openai-python-{time.time_ns()}"}
    jobs = {
        client.chat.completions.with_raw_response.create(
            model=chat_model, messages=hello, max_tokens=8, extra_headers=key
        ).headers["X-Npuq-Job-Id"]
        for _ in range(2)
    }
    assert len(jobs) == 1
    return "one job"


def embeddings():
    try:
        answer = client.embeddings.create(model=models[-1], input=["one text", "another"])
    except openai.APIStatusError as error:
        assert len(models) == 1 and error.status_code in (400, 404), error
        return "refused: the server has no model for them"
    assert len(answer.data) == 2
    return f"{len(answer.data[0].embedding)} numbers"


def response():
    answer = client.responses.create(model=chat_model, input="Say hello.", max_output_tokens=16)
    assert answer.output_text
    again = client.responses.retrieve(answer.id)
    assert again.output_text == answer.output_text
    client.responses.delete(answer.id)
    raises(openai.NotFoundError, lambda: client.responses.retrieve(answer.id))
    return f"{answer.status}, fetched, deleted"


def background():
    answer = client.responses.create(model=chat_model, input="Say hello.", max_output_tokens=16, background=True)
    assert answer.status == "queued", answer.status
    while answer.status in ("queued", "in_progress"):
        time.sleep(0.05)
        answer = client.responses.retrieve(answer.id)
    assert answer.output_text
    return answer.status


def resumed():
    events = list(client.responses.create(model=chat_model, input="Count.", max_output_tokens=24, stream=True))
    seen = events[6]
    rest = list(client.responses.retrieve(events[0].response.id, stream=True, starting_after=seen.sequence_number))
    deltas = "response.output_text.delta"
    whole = "".join(e.delta for e in events if e.type == deltas)
    again = "".join(e.delta for e in events[:7] if e.type == deltas) + "".join(e.delta for e in rest if e.type == deltas)
    assert again == whole, (again, whole)
    return f"{len(events)} events, {len(rest)} of them twice"


def cancelled_response():
    answer = client.responses.create(model=chat_model, input="Tell a long story.", background=True)
    answer = client.responses.cancel(answer.id)
    return answer.status


for name, body in {
    "chat": chat,
    "stream": stream,
    "cancel in mid-stream": cancel,
    "completion": completion,
    "structured output": structured,
    "forced tool call": forced_tool,
    "forced tool call, streamed": streamed_tool,
    "errors": errors,
    "deadline": deadline,
    "same key, same job": same_key,
    "response": response,
    "response in the background": background,
    "response stream resumed": resumed,
    "response cancelled": cancelled_response,
    "embeddings": embeddings,
}.items():
    checks.check(name, body)
checks.end()
