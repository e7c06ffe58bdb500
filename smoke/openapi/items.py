"""Streams are answers as well: each of their items is held against the schema that the document has for it."""

import json

import jsonschema


class Items:
    def __init__(self, document):
        self.document = document

    def problems(self, case, response):
        """What is wrong with the stream, for people; none where the answer is no stream."""
        kind = response.headers.get("content-type", [""])[0].split(";")[0]
        schema = self.schema(case, response.status_code, kind)
        if schema is None:
            return []
        text = response.content.decode("utf-8")
        found = [data for data in (items_of_events(text) if "event" in kind else text.splitlines()) if data != "[DONE]"]
        check = jsonschema.Draft202012Validator({**schema, "components": self.document["components"]})
        return [f"{error.message[:200]} in {data[:300]}" for data in found for error in check.iter_errors(json.loads(data))]

    def schema(self, case, status, kind):
        answers = self.document["paths"][case.operation.path][case.operation.method.lower()]["responses"]
        return answers.get(str(status), {}).get("content", {}).get(kind, {}).get("x-item-schema")


def items_of_events(text):
    for event in text.split("\n\n"):
        data = [line[5:].lstrip() for line in event.split("\n") if line.startswith("data:")]
        if data:
            yield "\n".join(data)
