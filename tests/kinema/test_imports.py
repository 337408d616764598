"""What importing the library brings along, and what it never does."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import kinema

ROOT = Path(kinema.__file__).parent
HEAVY = ("torch", "cupy", "matplotlib", "PIL", "av", "scipy")


@pytest.mark.parametrize(
    "module, banned",
    [
        ("kinema.flow", HEAVY),
        ("kinema.flow.__main__", HEAVY),
        ("kinema.metrics", HEAVY),
        ("kinema.data", HEAVY),
        ("kinema.cost", HEAVY),
        ("kinema.viz", ("torch", "cupy", "matplotlib", "av", "scipy")),
    ],
)
def test_importing_a_part_loads_nothing_heavy(module, banned):
    program = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "kinema" in loaded
    assert not set(banned) & set(loaded)


def test_using_numpy_flow_loads_neither_torch_nor_cupy():
    program = (
        "import sys, numpy as np\nfrom kinema.flow import good_features, lucas_kanade\n"
        "image = np.random.default_rng(0).uniform(size=(9, 9))\nlucas_kanade(image, image)\ngood_features(image)\n"
        "assert not {'torch', 'cupy', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def imported(path):
    """Top-level names of everything that the source file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def test_kinema_imports_neither_the_grading_machinery_nor_book_solutions_or_tests():
    sources = sorted(ROOT.rglob("*.py"))
    assert len(sources) > 15
    for path in sources:
        assert not {"coursekit", "book", "solutions", "exercises", "tests", "pytest"} & set(imported(path)), path


def test_only_the_networks_import_torch_by_name_and_only_the_gpu_engine_cupy():
    for folder in ("flow", "metrics"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.relative_to(ROOT).as_posix() == "flow/engines/gpu.py":
                continue  # inside functions, once the arrays are theirs
            network = path.is_relative_to(ROOT / "flow" / "nets")
            assert not ({"cupy"} if network else {"torch", "cupy"}) & set(imported(path)), path


@pytest.mark.parametrize("package", ["kinema.flow", "kinema.data", "kinema.metrics"])
def test_every_public_name_exists_and_explains_itself(package):
    module = __import__(package, fromlist=["*"])
    assert module.__all__ == sorted(module.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    for name in module.__all__:
        thing = getattr(module, name)
        assert isinstance(thing, int) or thing.__doc__
