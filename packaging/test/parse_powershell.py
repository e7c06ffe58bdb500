"""Reads PowerShell scripts by tree-sitter's grammar, and names the lines that it cannot read."""

import sys

import tree_sitter_powershell
from tree_sitter import Language, Parser

parser = Parser(Language(tree_sitter_powershell.language()))


def broken(node):
    if node.type == "ERROR" or node.is_missing:
        yield node
    for child in node.children:
        yield from broken(child)


failed = False
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        tree = parser.parse(file.read())
    for node in broken(tree.root_node):
        failed = True
        print(f"{name}:{node.start_point.row + 1}: cannot be read: {node.text[:80]!r}")
sys.exit(failed)
