"""winget_schemas.py SCHEMAS MANIFEST...: validates WinGet manifests by the JSON schema that each names, of the directory SCHEMAS."""

import json
import pathlib
import sys

import jsonschema
import yaml

schemas = pathlib.Path(sys.argv[1])
failed = False
for name in sys.argv[2:]:
    manifest = yaml.safe_load(pathlib.Path(name).read_text(encoding="utf-8"))
    kind, version = manifest["ManifestType"], manifest["ManifestVersion"]
    schema = json.loads((schemas / f"v{version}" / f"manifest.{kind}.{version}.json").read_text(encoding="utf-8"))
    for error in jsonschema.Draft7Validator(schema).iter_errors(manifest):
        failed = True
        print(f"{name}: {error.json_path}: {error.message}")
sys.exit(failed)
