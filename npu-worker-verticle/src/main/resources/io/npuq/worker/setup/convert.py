"""Turns the GGUF that a package carries into OpenVINO's format: convert.py PACKAGE DIRECTORY."""
import importlib.util
import json
import os
import shutil
import sys
import xml.etree.ElementTree as xml

import openvino_genai

FILES = [f"openvino_{part}.{ending}" for part in ("model", "tokenizer", "detokenizer") for ending in ("xml", "bin")]


def find_gguf(package):
    """The one GGUF in a package, which need not be importable."""
    folder = importlib.util.find_spec(package).submodule_search_locations[0]
    found = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".gguf")]
    if len(found) != 1:
        sys.exit(f"package {package} holds {len(found)} GGUF files, not one")
    return found[0]


def special_tokens(tokenizer):
    """The ids that the GGUF's metadata names; the conversion hands them on in the tokenizer's rt_info."""
    info = xml.parse(tokenizer).getroot().find("rt_info")
    ids = {name: info.find(name) for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    if ids["eos_token_id"] is None:
        sys.exit(f"{tokenizer} names no eos_token_id: the end of an answer would not be known")
    return {name: int(element.get("value")) for name, element in ids.items() if element is not None}


gguf, target = find_gguf(sys.argv[1]), sys.argv[2]
made = [os.path.join(os.path.dirname(gguf), name) for name in FILES]
for file in filter(os.path.exists, made):
    os.remove(file)  # of a conversion that was interrupted
openvino_genai.LLMPipeline(gguf, "CPU", enable_save_ov_model=True)
for file in made:
    shutil.move(file, target)
with open(os.path.join(target, "generation_config.json"), "w", encoding="utf-8") as file:
    json.dump(special_tokens(os.path.join(target, "openvino_tokenizer.xml")), file)
