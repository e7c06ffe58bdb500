"""What the checks of one client have in common: each prints a line, and one that fails makes the program exit 1."""

import sys
import traceback

# A list that has no end within its tokens: whoever cancels it comes in time, however fast the model is.
ENDLESS = {"type": "array", "items": {"type": "integer"}, "minItems": 1000}
ENDLESS_FORMAT = {"type": "json_schema", "json_schema": {"name": "endless", "schema": ENDLESS}}


class Checks:
    def __init__(self, client):
        self.client = client
        self.failed = False

    def check(self, name, body):
        """Runs one check; what it returns is printed as its detail."""
        try:
            detail, verdict = body() or "", "ok"
        except Exception as error:  # any: a check that breaks has failed, and the others still run
            traceback.print_exc(file=sys.stderr)
            detail, verdict = f"{type(error).__name__}: {error}".splitlines()[0], "FAILED"
            self.failed = True
        print(f"{self.client:18} {name:28} {verdict:7} {detail}", flush=True)

    def end(self):
        sys.exit(1 if self.failed else 0)


def raises(kind, call):
    """The exception of that kind which the call must raise."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__} was raised")
