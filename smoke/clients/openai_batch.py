"""Files and batches of the openai package against a running npuq. Argument: its address. Wants a generating model."""

import json
import sys
import time

import openai
from checks import ENDLESS_FORMAT, Checks, raises

url = sys.argv[1]
client = openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0)
chat_model = client.models.list().data[0].id
checks = Checks("openai batch (Py)")
CHAT = "/v1/chat/completions"
LONG = {"max_tokens": 256, "response_format": ENDLESS_FORMAT}


def line(custom_id, endpoint=CHAT, **body):
    if endpoint == CHAT:
        body = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 8, **body}
    return json.dumps({"custom_id": custom_id, "method": "POST", "url": endpoint, "body": {"model": chat_model, **body}})


def upload(*lines):
    return client.files.create(file=("requests.jsonl", "\n".join(lines).encode()), purpose="batch")


def create(*lines, endpoint=CHAT, window="24h", **more):
    return client.batches.create(
        input_file_id=upload(*lines).id, endpoint=endpoint, completion_window=window, **more
    )


def ended(batch):
    """The batch, once it has ended."""
    until = time.monotonic() + 600
    while batch.status not in ("completed", "failed", "expired", "cancelled"):
        assert time.monotonic() < until, batch
        time.sleep(0.2)
        batch = client.batches.retrieve(batch.id)
    return batch


def entries(file_id):
    return [json.loads(entry) for entry in client.files.content(file_id).text.splitlines()]


def files():
    sent = upload(line("a"), line("b"))
    assert sent.purpose == "batch" and sent.filename == "requests.jsonl" and sent.status == "processed"
    assert client.files.retrieve(sent.id) == sent
    assert sent.id in [file.id for file in client.files.list(purpose="batch")]
    assert client.files.content(sent.id).text == line("a") + "\n" + line("b")
    assert client.files.delete(sent.id).deleted
    raises(openai.NotFoundError, lambda: client.files.retrieve(sent.id))
    raises(openai.BadRequestError, lambda: client.files.create(file=b"{}", purpose="vision"))
    return f"{sent.bytes} bytes there, back and deleted"


def batch():
    done = ended(create(*(line(f"line-{i}") for i in range(4)), metadata={"for": "a check"}))
    assert done.status == "completed" and done.request_counts.completed == 4 and done.errors is None, done
    assert done.metadata == {"for": "a check"} and done.model == chat_model
    output = entries(done.output_file_id)
    assert sorted(entry["custom_id"] for entry in output) == [f"line-{i}" for i in range(4)]
    for entry in output:
        answer = openai.types.chat.ChatCompletion.model_validate(entry["response"]["body"])
        assert entry["response"]["status_code"] == 200 and answer.choices[0].message.content
    assert done.usage.total_tokens == sum(entry["response"]["body"]["usage"]["total_tokens"] for entry in output)
    assert done.id in [listed.id for listed in client.batches.list(limit=1)]
    return f"4 answers, {done.usage.total_tokens} tokens"


def other_endpoints():
    completion = ended(create(line("c", "/v1/completions", prompt="One, two,", max_tokens=4), endpoint="/v1/completions"))
    response = ended(create(line("r", "/v1/responses", input="Say hello.", max_output_tokens=8), endpoint="/v1/responses"))
    text = entries(completion.output_file_id)[0]["response"]["body"]["choices"][0]["text"]
    body = openai.types.responses.Response.construct(**entries(response.output_file_id)[0]["response"]["body"])
    assert text and body.output_text
    return "completions and responses"


def failing_line():
    done = ended(create(line("good"), line("late", deadline_ms=1)))
    assert done.status == "completed" and done.request_counts.completed == 1 and done.request_counts.failed == 1, done
    error = entries(done.error_file_id)[0]
    assert error["custom_id"] == "late" and error["response"]["status_code"] in (422, 504), error
    return f"its error is a {error['response']['status_code']}"


def bad_file():
    failed = ended(create(line("same"), "{not json", line("same"), line("x", "/v1/completions", prompt="a")))
    assert failed.status == "failed" and failed.output_file_id is None
    codes = [(error.line, error.code) for error in failed.errors.data]
    assert codes == [(2, "invalid_json_line"), (3, "duplicate_custom_id"), (4, "invalid_url")], codes
    return f"{len(codes)} problems, by their lines"


def cancel():
    running = create(line("short", max_tokens=2), *(line(f"line-{i}", **LONG) for i in range(49)))
    while client.batches.retrieve(running.id).request_counts.completed == 0:
        time.sleep(0.2)
    assert client.batches.cancel(running.id).status in ("cancelling", "cancelled")
    done = ended(running)
    assert done.status == "cancelled" and done.request_counts.total == 50, done
    assert len(entries(done.output_file_id)) == done.request_counts.completed
    assert {entry["error"]["code"] for entry in entries(done.error_file_id)} == {"batch_cancelled"}
    return f"{done.request_counts.completed} of 50 answered before, and kept"


def window():
    lines = [line(f"line-{i}", **({"max_tokens": 2} if i < 2 else LONG)) for i in range(200)]
    running = create(*lines, window="10s")
    done = ended(running)
    assert done.status == "expired" and done.request_counts.total == 200, done
    assert {entry["error"]["code"] for entry in entries(done.error_file_id)} == {"batch_expired"}
    kept = len(entries(done.output_file_id)) if done.output_file_id else 0
    assert kept == done.request_counts.completed
    return f"{kept} of 200 kept"


def errors():
    raises(openai.NotFoundError, lambda: client.batches.retrieve("batch_no"))
    error = raises(
        openai.NotFoundError,
        lambda: client.batches.create(input_file_id="file-no", endpoint=CHAT, completion_window="24h"),
    )
    assert error.param == "input_file_id"
    sent = upload(line("a"))
    error = raises(
        openai.BadRequestError,
        lambda: client.batches.create(input_file_id=sent.id, endpoint=CHAT, completion_window="30d"),
    )
    assert error.param == "completion_window"
    return "404 and 400 are their exceptions"


for name, body in {
    "files": files,
    "batch": batch,
    "other endpoints": other_endpoints,
    "line that fails": failing_line,
    "file that is wrong": bad_file,
    "cancel": cancel,
    "window ends": window,
    "errors": errors,
}.items():
    checks.check(name, body)
checks.end()
