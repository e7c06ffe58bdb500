"""Writes expected.json: what Jinja2 makes of the templates beside this file, set up as Transformers sets it up for chat templates.

Run with Jinja2 3.1.6 (the version is written into the file): python make_expected.py
"""
import datetime
import json
import pathlib

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = pathlib.Path(__file__).parent
NOW = datetime.datetime(2026, 11, 21, 10, 0, 0)

SYSTEM = {"role": "system", "content": " Be brief.\n"}
FIRST = {"role": "user", "content": "Hello {{ 7*7 }} {% if x %} {# no #}\n\nworld\t \"q\" 'a' \\n <b>"}
ANSWER = {"role": "assistant", "content": "<think>hm</think>\n\nSure, é中\U0001f600."}
SECOND = {"role": "user", "content": "  And then? "}
CONVERSATIONS = [[FIRST], [SYSTEM, FIRST], [FIRST, ANSWER, SECOND], [SYSTEM, FIRST, ANSWER, SECOND], [FIRST, SECOND]]


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = NOW.strftime
    return env


def render(template, messages):
    try:
        return {"prompt": template.render(
            messages=messages, add_generation_prompt=True, bos_token="<s>", eos_token="</s>")}
    except jinja2.exceptions.TemplateError as refused:
        return {"refused": str(refused)}


def main():
    cases = []
    for path in sorted(HERE.glob("*.jinja")):
        template = environment().from_string(path.read_text(encoding="utf-8"))
        for messages in CONVERSATIONS:
            cases.append({"template": path.name, "messages": messages, **render(template, messages)})
    made = {"jinja2": jinja2.__version__, "now": NOW.isoformat() + "Z", "cases": cases}
    (HERE / "expected.json").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
