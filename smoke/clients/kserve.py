"""The tritonclient package against a running npuq. Arguments: its address, and that of gRPC as host:port. Wants a generating model; embeddings
are tried where there is a model for them."""

import json
import queue
import sys
import threading
import time
import urllib.error
import urllib.request

import numpy as np
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from checks import Checks
from tritonclient.utils import InferenceServerException

PROMPT = "Name three colours."
WAIT_S = 180


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def text_in(client, text, shape=(1,)):
    tensor = client.InferInput("text_input", list(shape), "BYTES")
    tensor.set_data_from_numpy(np.array([text] * int(np.prod(shape)), dtype=np.object_).reshape(shape))
    return tensor


def number_in(client, name, value, datatype, dtype):
    tensor = client.InferInput(name, [1], datatype)
    tensor.set_data_from_numpy(np.array([value], dtype=dtype))
    return tensor


def inputs(client, tokens, text=PROMPT):
    return [text_in(client, text), number_in(client, "max_tokens", tokens, "INT32", np.int32)]


def text_of(result):
    text = result.as_numpy("text_output").reshape(-1)[0]
    return text.decode("utf-8") if isinstance(text, bytes) else text  # from JSON it comes as a text


class Server:
    """What the checks ask of npuq itself, beside the dialect."""

    def __init__(self, base):
        self.base = base

    def get(self, path):
        with urllib.request.urlopen(self.base + path, timeout=WAIT_S) as answer:
            return json.load(answer)

    def post(self, path):
        request = urllib.request.Request(self.base + path, method="POST")
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            return json.load(answer)

    def newest_job(self):
        return self.get("/v1/jobs?limit=1")["data"][0]

    def job(self, job_id, wait_ms=0):
        return self.get(f"/v1/jobs/{job_id}?wait_ms={wait_ms}")

    def await_ready(self):
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            try:
                self.get("/v2/health/ready")
                return
            except (urllib.error.HTTPError, urllib.error.URLError):
                time.sleep(0.2)
        raise AssertionError(f"{self.base} is not ready after {WAIT_S} s")

    def models(self):
        """The generating model's name, and the embedding one's or None."""
        lanes = self.get("/health")["lanes"]
        names = {lane["lane"]: lane["model"] for lane in lanes}
        embedding = names.pop("embedding", None)
        return next(iter(names.values())), embedding


def metadata(client, model):
    expect(client.is_server_live(), "not live")
    expect(client.is_server_ready(), "not ready")
    expect(client.is_model_ready(model), "model not ready")
    expect(client.is_model_ready(model, "1"), "version 1 not ready")


def http_metadata(client, model):
    metadata(client, model)
    server = client.get_server_metadata()
    about = client.get_model_metadata(model)
    expect(about["name"] == model and about["versions"] == ["1"], about)
    expect("text_input" in [slot["name"] for slot in about["inputs"]], about)
    return f"{server['name']} {server['version']}, {model}"


def grpc_metadata(client, model):
    metadata(client, model)
    server = client.get_server_metadata()
    about = client.get_model_metadata(model)
    expect(about.name == model and list(about.versions) == ["1"], about)
    expect("text_input" in [slot.name for slot in about.inputs], about)
    return f"{server.name} {server.version}, {model}"


def infer(client, module, model):
    result = client.infer(model, inputs(module, 12), request_id="one", priority=1, timeout=120_000_000)
    text = text_of(result)
    expect(text, "no text")
    again = client.infer(model, inputs(module, 12), model_version="1")
    expect(text_of(again) == text, "greedy answers differ")
    return text


def http_as_json(client, model):
    tensor = httpclient.InferInput("text_input", [1, 1], "BYTES")
    tensor.set_data_from_numpy(np.array([[PROMPT]], dtype=np.object_), binary_data=False)
    wanted = httpclient.InferRequestedOutput("text_output", binary_data=False)
    result = client.infer(model, [tensor], outputs=[wanted], request_id="two", parameters={"max_tokens": 12})
    answer = result.get_response()
    expect(answer["id"] == "two" and answer["outputs"][0]["shape"] == [1, 1], answer)
    expect(text_of(result) == text_of(client.infer(model, inputs(httpclient, 12))), "binary and JSON differ")
    return answer["outputs"][0]["data"]


def http_async(client, model):
    handles = [client.async_infer(model, inputs(httpclient, 4, f"Say {n}.")) for n in range(4)]
    return [text_of(handle.get_result()) for handle in handles]


def sampling(client, module, model):
    def ask(seed):
        options = [
            number_in(module, "temperature", 0.9, "FP32", np.float32),
            number_in(module, "top_p", 0.9, "FP32", np.float32),
            number_in(module, "seed", seed, "INT64", np.int64),
        ]
        return text_of(client.infer(model, inputs(module, 12) + options))

    first = ask(7)
    expect(ask(7) == first, "the same seed gave another text")
    return first


def embed(client, module, model):
    tensor = module.InferInput("text_input", [3], "BYTES")
    tensor.set_data_from_numpy(np.array(["a cat", "a cat", "a mail server"], dtype=np.object_))
    vectors = client.infer(model, [tensor]).as_numpy("embedding")
    expect(vectors.shape[0] == 3 and vectors.dtype == np.float32, vectors.shape)
    expect(np.array_equal(vectors[0], vectors[1]), "the same text has two vectors")
    expect(not np.array_equal(vectors[0], vectors[2]), "two texts have the same vector")
    return vectors.shape


def refused(call, status, part):
    try:
        call()
    except InferenceServerException as e:
        expect(e.status() == status, f"status {e.status()}, not {status}: {e}")
        expect(part in str(e), str(e))
        return str(e)
    raise AssertionError("was not refused")


def grpc_stream(client, model):
    pieces, results = [], queue.Queue()
    client.start_stream(callback=lambda result, error: results.put((result, error)))
    client.async_stream_infer(model, inputs(grpcclient, 16), request_id="s1", enable_empty_final_response=True)
    while True:
        result, error = results.get(timeout=WAIT_S)
        expect(error is None, error)
        answer = result.get_response()
        expect(answer.id == "s1", answer.id)
        pieces.append(text_of(result))
        if answer.parameters["triton_final_response"].bool_param:
            break
    client.stop_stream()
    expect(len(pieces) > 3, f"{len(pieces)} pieces")
    expect("".join(pieces) == text_of(client.infer(model, inputs(grpcclient, 16))), "the pieces are another text")
    return f"{len(pieces)} pieces: {''.join(pieces)}"


def grpc_stream_goes_on(client, model):
    results = queue.Queue()
    client.start_stream(callback=lambda result, error: results.put((result, error)))
    client.async_stream_infer("no-such-model", inputs(grpcclient, 4), request_id="bad")
    client.async_stream_infer(model, inputs(grpcclient, 4), request_id="good", parameters={"stream": False})
    seen = [results.get(timeout=WAIT_S) for _ in range(2)]
    client.stop_stream()
    errors = [error for _, error in seen if error is not None]
    good = [result for result, error in seen if error is None]
    expect(len(errors) == 1 and "no-such-model" in str(errors[0]), errors)
    expect(len(good) == 1 and good[0].get_response().id == "good", good)
    return errors[0]


def grpc_cancel_stream(client, model, server):
    first = threading.Event()
    client.start_stream(callback=lambda result, error: first.set())
    for _ in range(16):  # so that the newest one waits, however fast the model is
        client.async_stream_infer(model, inputs(grpcclient, 1024, "Count from one to one thousand, in words."))
    expect(first.wait(WAIT_S), "nothing came")
    job = server.newest_job()["id"]
    client.stop_stream(cancel_requests=True)
    state = server.job(job, 30_000)["state"]
    expect(state == "cancelled", f"the job is {state}")
    return f"{job} {state}"


def grpc_cancel(client, model, server):
    before = server.newest_job()["id"]
    done = threading.Event()
    server.post("/v1/queue/pause")  # so that the job is there to be cancelled, however fast the model is
    try:
        call = client.async_infer(
            model, inputs(grpcclient, 1024, "Count."), callback=lambda result, error: done.set()
        )
        until = time.monotonic() + WAIT_S
        while server.newest_job()["id"] == before:
            expect(time.monotonic() < until, "no job was made")
            time.sleep(0.05)
        job = server.newest_job()["id"]
        call.cancel()
        state = server.job(job, 30_000)["state"]
    finally:
        server.post("/v1/queue/resume")
    expect(state == "cancelled", f"the job is {state}")
    expect(done.wait(WAIT_S), "the client was not told")
    return f"{job} {state}"


def http_leave(client_url, model, server):
    """A client whose patience ends closes its connection: its job ends too."""
    impatient = httpclient.InferenceServerClient(client_url, network_timeout=1.0)
    try:
        impatient.infer(model, inputs(httpclient, 1024, "Count from one to one thousand, in words."))
        return "answered within the client's patience"
    except Exception as e:  # the client's own time-out, of whatever type
        left = type(e).__name__
    finally:
        impatient.close()
    job = server.newest_job()["id"]
    state = server.job(job, 30_000)["state"]
    expect(state == "cancelled", f"the job is {state}")
    return f"{left}: {job} {state}"


def main():
    base, grpc_address = sys.argv[1].rstrip("/"), sys.argv[2]
    host = base.split("://", 1)[1]
    server = Server(base)
    server.await_ready()
    model, embedding = server.models()
    http = httpclient.InferenceServerClient(host, concurrency=4)
    grpc = grpcclient.InferenceServerClient(grpc_address)
    checks = Checks("tritonclient")

    checks.check("http metadata", lambda: http_metadata(http, model))
    checks.check("http infer", lambda: infer(http, httpclient, model))
    checks.check("http infer as JSON", lambda: http_as_json(http, model))
    checks.check("http several at once", lambda: http_async(http, model))
    checks.check("http sampling", lambda: sampling(http, httpclient, model))
    checks.check(
        "http unknown model", lambda: refused(lambda: http.infer("nope", inputs(httpclient, 4)), "404", "nope")
    )
    checks.check(
        "http bad max_tokens", lambda: refused(lambda: http.infer(model, inputs(httpclient, 0)), "400", "max_tokens")
    )
    checks.check(
        "http two texts",
        lambda: refused(lambda: http.infer(model, [text_in(httpclient, "x", (2,))]), "400", "one element"),
    )
    checks.check(
        "http bad priority",
        lambda: refused(lambda: http.infer(model, inputs(httpclient, 4), priority=99), "400", "priority"),
    )
    checks.check("http client leaves", lambda: http_leave(host, model, server))
    checks.check("grpc metadata", lambda: grpc_metadata(grpc, model))
    checks.check("grpc infer", lambda: infer(grpc, grpcclient, model))
    checks.check("grpc sampling", lambda: sampling(grpc, grpcclient, model))
    checks.check("grpc stream", lambda: grpc_stream(grpc, model))
    checks.check("grpc stream outlives an error", lambda: grpc_stream_goes_on(grpc, model))
    checks.check("grpc cancel in mid-stream", lambda: grpc_cancel_stream(grpc, model, server))
    checks.check("grpc cancel", lambda: grpc_cancel(grpc, model, server))
    checks.check(
        "grpc unknown model",
        lambda: refused(lambda: grpc.infer("nope", inputs(grpcclient, 4)), "StatusCode.NOT_FOUND", "nope"),
    )
    checks.check(
        "grpc bad max_tokens",
        lambda: refused(lambda: grpc.infer(model, inputs(grpcclient, 0)), "StatusCode.INVALID_ARGUMENT", "max_tokens"),
    )
    if embedding:
        checks.check("http embed", lambda: embed(http, httpclient, embedding))
        checks.check("grpc embed", lambda: embed(grpc, grpcclient, embedding))
    http.close()
    grpc.close()
    checks.end()


if __name__ == "__main__":
    main()
