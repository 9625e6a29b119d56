"""A chain as a Python script that needs nothing but torchvision v2.

What each operation is there stands in torchvision_twins, which is read as text: a script holds what it needs of it.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import NamedTuple

import msgspec

from studio.augmenting.chain import Chain
from studio.augmenting.operation import Blend, Operation
from studio.augmenting.steps import Group, Step

BORDERS = {"reflect": "symmetric", "edge": "edge", "black": "constant"}
INTERPOLATIONS = {"bilinear": "BILINEAR", "lanczos": "BICUBIC"}
PARTS = ("basics", "geometry", "color", "quality", "erasing", "overlays", "blending")
INDENT = "    "
HEAD = '''"""An augmentation chain, written by Seedbed for torchvision v2.

The operations, their ranges and their order are those of the chain. Two things differ: torchvision resamples at each
geometric step, where Seedbed resamples once, so the images are a little softer; and chance is torch's, so a seed shows
other images. Comments say what torchvision has not, which is written out in plain torch.{note}
"""'''
LANCZOS_NOTE = "\ntorchvision has no Lanczos interpolation for tensors: this is bicubic."
SINGLE = '''def {name}(image: Tensor) -> Tensor:
    """A variant of a float32 tensor (C, H, W) in 0..1 with one channel or three."""
{body}    return image'''
BATCH = '''def augment_batch(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Variants of float32 (N, C, H, W) in 0..1, and of their soft labels, float32 (N, classes)."""
{body}
    return images, labels'''


def as_python(chain: Chain) -> str:
    """The script: a function `augment(image)`, or, where the chain blends images, `augment_batch(images, labels)`."""
    steps = [step for step in chain.steps if step.enabled]
    functions = _functions(_weakened(steps, chain.strength))
    constants = {
        "BORDER": repr(BORDERS[chain.border]).replace("'", '"'),
        "INTERPOLATION": f"InterpolationMode.{INTERPOLATIONS[chain.interpolation]}",
    }
    names = {name for function in functions for name in _names(ast.parse(function))}
    imports, settings, twins = _needed(names, constants)
    note = LANCZOS_NOTE if chain.interpolation == "lanczos" else ""
    head = "\n".join([HEAD.format(note=note), "", *imports, *(("", *settings) if settings else ())])
    return "\n\n\n".join([head, *twins, *functions]) + "\n"


def _weakened(steps: Sequence[Step | Group], strength: float) -> list[Step | Group]:
    """Without what is switched off, at the chain's strength."""
    weakened: list[Step | Group] = []
    for step in steps:
        if isinstance(step, Group):
            members = [member for member in _weakened(step.steps, strength) if isinstance(member, Step)]
            weakened.append(msgspec.structs.replace(step, steps=tuple(members)))
        elif step.enabled:
            weakened.append(Step(step.operation.weakened(strength)))
    return weakened


def _functions(steps: Sequence[Step | Group]) -> list[str]:
    """`augment`; or functions for what lies between blends, and `augment_batch`."""
    if not any(_is_blend(step) for step in steps):
        return [SINGLE.format(name="augment", body=_body(steps))]
    parts: list[str] = []
    lines: list[str] = []
    for blends, run in groupby(steps, _is_blend):
        if blends:
            lines += [_blend_call(step.operation) for step in run if isinstance(step, Step)]
        else:
            parts.append(SINGLE.format(name=f"part_{len(parts) + 1}", body=_body(list(run))))
            lines.append(f"images = torch.stack([part_{len(parts)}(image) for image in images])")
    return [*parts, BATCH.format(body="\n".join(INDENT + line for line in lines))]


def _is_blend(step: Step | Group) -> bool:
    return isinstance(step, Step) and isinstance(step.operation, Blend)


def _body(steps: Sequence[Step | Group]) -> str:
    lines = [line for step in steps for line in (_group_lines(step) if isinstance(step, Group) else _lines(step))]
    return "".join(f"{INDENT}{line}\n" for line in lines)


def _lines(step: Step) -> list[str]:
    operation = step.operation
    if isinstance(operation, Blend):
        return ["pass  # blends in a group need a batch and are left out"]
    call = f"image = {operation.name}({', '.join(['image', *_arguments(operation)])})"
    return [call] if operation.probability == 1 else [f"if happens({operation.probability!r}):", INDENT + call]


def _group_lines(group: Group) -> list[str]:
    if not group.steps:
        return []
    lines = _mix_lines(group) if group.kind == "mix" else _choice_lines(group)
    return lines if group.probability == 1 else [f"if happens({group.probability!r}):", *_indented(lines)]


def _choice_lines(group: Group) -> list[str]:
    fewest, most = group.counts()
    lines = [f"for number in some_of({len(group.steps)}, {fewest}, {most}):"]
    for number, step in enumerate(group.steps):
        lines.append(f"{INDENT}{'elif' if number else 'if'} number == {number}:")
        lines += _indented(_indented(_lines(step)))
    return lines


def _mix_lines(group: Group) -> list[str]:
    return [
        "original, copies = image, []",
        f"for _ in range({group.copies}):",
        *_indented(["image = original", *_choice_lines(group), "copies.append(image)"]),
        "image = mixed(original, copies)",
    ]


def _indented(lines: list[str]) -> list[str]:
    return [INDENT + line for line in lines]


def _blend_call(operation: Operation) -> str:
    arguments = ", ".join([*_arguments(operation), f"happening={operation.probability!r}"])
    return f"images, labels = {operation.name}(images, labels, {arguments})"


def _arguments(operation: Operation) -> Iterator[str]:
    settings = msgspec.structs.asdict(operation)
    return (f"{name}={_literal(value)}" for name, value in settings.items() if name != "probability")


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


# What a script needs of the twins


class _Twins(NamedTuple):
    imports: list[ast.Import | ast.ImportFrom]
    defined: dict[str, ast.stmt]
    """Functions and constants by name."""
    sources: dict[str, str]


@cache
def _twins() -> _Twins:
    twins = _Twins([], {}, {})
    for part in PARTS:
        text = (files("studio.augmenting") / "torchvision_twins" / f"{part}.py").read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                twins.imports.append(node)
            elif name := _defined(node):
                twins.defined[name] = node
                twins.sources[name] = "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])
    return twins


def _needed(names: set[str], constants: dict[str, str]) -> tuple[list[str], list[str], list[str]]:
    """The imports, constants and functions that these names need, in the order of the twins; `constants` are known."""
    twins = _twins()
    wanted, found = set(names), set()
    while wanted:
        found |= wanted
        wanted = {inner for name in wanted & twins.defined.keys() for inner in _names(twins.defined[name])} - found
    imports = {ast.unparse(node) for node in twins.imports if found & _imported(node)}
    used = [name for name in twins.defined if name in found]
    sources = twins.sources | {name: f"{name} = {value}" for name, value in constants.items()}
    settings = [sources[name] for name in used if name.isupper()]
    functions = [sources[name] for name in used if not name.isupper()]
    standard = ["import math", ""] if "import math" in imports else []
    return [*standard, *sorted(imports - {"import math"}, key=_module)], settings, functions


def _module(line: str) -> list[str]:
    """What an import is sorted by."""
    return line.split()[1:]


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    """The names that come from libraries."""
    is_own = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("studio")
    return set() if is_own else {alias.asname or alias.name for alias in node.names}


def _defined(node: ast.stmt) -> str | None:
    """The name of a function or constant of the twins' file."""
    if isinstance(node, ast.FunctionDef):
        return node.name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return next((target.id for target in targets if isinstance(target, ast.Name)), None)


def _names(node: ast.AST) -> set[str]:
    """The names that it uses, but for its parameters."""
    parameters = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} - parameters
