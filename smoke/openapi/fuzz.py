"""Asks a server everything that its OpenAPI document allows, and much that it does not: fuzz.py URL EXAMPLES WORK."""

import collections
import json
import pathlib
import sys

import requests
import schemathesis
from openapi_spec_validator import validate
from schemathesis.cli import schemathesis as command

from items import Items
from world import World

CHECKS = [
    "no_server_error",
    "no_foreign_item",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
]
ACCEPTED = "ST201"  # schemathesis's word for nonsense that was taken
HERE = pathlib.Path(__file__).parent
url, examples, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
document = requests.get(url + "/openapi.json", timeout=60).json()
validate(document)
(work / "openapi.json").write_text(json.dumps(document))
(work / "failures.ndjson").write_text("")
world = World(url)
items = Items(document)
asked = collections.defaultdict(collections.Counter)


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")


@schemathesis.hook
def before_call(context, case, kwargs):
    world.prepare(case)


@schemathesis.hook
def after_call(context, case, response):
    asked[case.operation.label][response.status_code] += 1
    if case.path in ("/v1/queue/pause", "/v1/queue/drain") and response.status_code == 200:
        world.post("/v1/queue/resume", {})


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Writes it down at once, for a run may take long; while a failure is made smaller it comes again and again."""
    if case.path == "/v1/jobs/bulk" and failure.code == ACCEPTED:
        return False  # lines that are no jobs are answered one by one, with a 200 around them
    line = {"route": case.operation.label, "why": str(failure)[:500], "status": response.status_code}
    line |= {"path": case.path_parameters, "query": case.query, "headers": dict(case.headers or {})}
    line |= {"body": repr(case.body)[:1000], "answer": response.content[:500].decode("utf-8", "replace")}
    with open(work / "failures.ndjson", "a", encoding="utf-8") as file:
        file.write(json.dumps(line, default=str) + "\n")
    return True


@schemathesis.check
def no_server_error(ctx, response, case):
    """A 503 says when to come again; a 504 is for calls with a deadline of their own."""
    status = response.status_code
    waits = status == 503 and int(response.headers.get("retry-after", ["0"])[0]) > 0
    late = status == 504 and ("deadline" in str(case.body) or "timeout" in str(case.body))
    if status >= 500 and not (waits or late):
        raise AssertionError(f"{status}: {response.content[:300]!r}")


@schemathesis.check
def no_foreign_item(ctx, response, case):
    problems = items.problems(case, response)
    if problems:
        raise AssertionError(problems[0])


def run():
    report = work / "report.json"
    arguments = [f"--config-file={HERE / 'schemathesis.toml'}", "run", str(work / "openapi.json"), f"--url={url}"]
    arguments += [f"--max-examples={examples}", "--phases=examples,coverage,fuzzing", f"--checks={','.join(CHECKS)}"]
    arguments += ["--report=json", f"--report-json-path={report}", "--continue-on-failure", "--request-timeout=60"]
    arguments += ["--suppress-health-check=all", "--warnings=off", *sys.argv[4:]]
    sys.stdout.flush()
    try:
        command(arguments, standalone_mode=False)
    except SystemExit:
        pass
    return json.loads(report.read_text())


def table(report):
    wrong = collections.defaultdict(list)
    for failure in report["failures"] + report["errors"]:
        for label in failure.get("operations", ["?"]):
            wrong[label].append(failure)
    total = collections.Counter()
    print(f"{'route':<52} {'requests':>8} {'2xx':>6} {'4xx':>6} {'503':>5} {'504':>5} {'else':>5}  verdict")
    for label in sorted(asked, key=lambda label: label.split(" ", 1)[::-1]):
        counts = asked[label]
        row = [counts.total(), of(counts, 200), of(counts, 400), counts[503], counts[504]]
        row.append(row[0] - sum(row[1:]))
        total.update(dict(enumerate(row)))
        cells = "{:>8} {:>6} {:>6} {:>5} {:>5} {:>5}".format(*row)
        print(f"{label:<52} {cells}  {'FAILED' if label in wrong else 'ok'}")
    print("{:<52} {:>8} {:>6} {:>6} {:>5} {:>5} {:>5}".format(f"{len(asked)} routes", *(total[i] for i in range(6))))
    return wrong


def of(counts, hundred):
    return sum(number for status, number in counts.items() if hundred <= status < hundred + 100)


report = run()
wrong = table(report)
if wrong:
    print(f"what went wrong is in {work / 'failures.ndjson'}", file=sys.stderr)
unasked = [f"{m.upper()} {p}" for p, item in document["paths"].items() for m in item if m in ("get", "post", "delete")]
unasked = [label for label in unasked if label not in asked] if len(sys.argv) == 4 else []
for label in unasked:
    print(f"{label} was not asked", file=sys.stderr)
sys.exit(1 if wrong or unasked or not report["complete"] else 0)
