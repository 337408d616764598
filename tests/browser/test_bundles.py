"""From modules that import each other to one script per demo: what JupyterLab and the pages load."""

import re

import numpy as np
import pytest
from coursekit.paths import BOOK, HTML
from kinema import widgets
from kinema.widgets.demo import MODULES, STATIC, bundle, classic_bundle, demo_names

pytestmark = pytest.mark.browser

SHARED = {"filters", "flow", "gaussian", "kit", "pyramidal", "schedules", "softmax", "texture", "warping", "wheel"}
SOURCES = {p.stem: p.read_text(encoding="utf-8") for p in sorted(MODULES.glob("*.js"))}
DEMOS = sorted(SOURCES.keys() - SHARED)

# The forms that the bundler understands; anything else would end up broken inside a bundle.
IMPORT = re.compile(r'import \{ \w+(?:, \w+)* \} from "\./(\w+)\.js";')
EXPORT = re.compile(r"export (?:function|const|class) \w+.*|export default \{ render \};")

# Enough of a model to render once and leave again.
STAGED = """async ([source, state]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const module = await import(url);
  const heard = [];
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    on: (event, f) => heard.push([event, f]),
    off: (event, f) => heard.splice(heard.findIndex(([e, g]) => e === event && g === f), 1),
    save_changes: () => {},
  };
  for (const [name, value] of Object.entries(state)) {
    const bytes = value && value.$bytes;
    if (bytes) state[name] = new DataView(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)).buffer);
  }
  const root = document.createElement("div");
  document.body.append(root);
  const leave = module.default.render({ model, el: root });
  const during = heard.length;
  leave();
  root.remove();
  return { keys: Object.keys(module), during, after: heard.length };
}"""


def state_of(name):
    """State of a demo on small frames of its own, as the page carries it."""
    I0, I1 = np.random.default_rng(4).random((2, 14, 18))
    made = {
        "aliasing": widgets.AliasingDemo,
        "aperture": widgets.ApertureDemo,
        "average_precision": widgets.AveragePrecisionDemo,
        "coarse_to_fine": widgets.CoarseToFineDemo,
        "color_edge": widgets.ColorEdgeDemo,
        "constraint_lines": lambda: widgets.ConstraintLinesDemo(I0, I1, (0.5, 0.25)),
        "cost_accuracy": widgets.CostAccuracyDemo,
        "task_masks": widgets.TaskMasksDemo,
        "given_frames": widgets.GivenFramesDemo,
        "frame_dependency": widgets.FrameDependencyDemo,
        "long_video": widgets.LongVideoDemo,
        "diffusion_steps": widgets.DiffusionDemo,
        "eigen_patch": widgets.EigenPatchDemo,
        "flow_errors": widgets.FlowErrorsDemo,
        "flow_scores": lambda: widgets.FlowScoresDemo(*np.random.default_rng(4).normal(0, 5, (3, 2, 9, 14))),
        "flow_uses": lambda: widgets.FlowUsesDemo(np.random.default_rng(4).random((3, 20, 24))),
        "iterate": widgets.IterateDemo,
        "attention_map": lambda: widgets.AttentionMapDemo(np.random.default_rng(4).random((3, 24, 32))),
        "inflation": widgets.InflationDemo,
        "long_memory": widgets.LongMemoryDemo,
        "point_lights": widgets.PointLightsDemo,
        "preferred": lambda: widgets.PreferredStimulusDemo(
            np.random.default_rng(4).normal(size=(2, 3, 4, 9, 12)), [[3, 2, 1], [3, 2, 1]], [0, 1, 10]
        ),
        "receptive_field": lambda: widgets.ReceptiveFieldDemo(np.random.default_rng(4).random((8, 16, 20))),
        "score_fusion": widgets.ScoreFusionDemo,
        "kernel_slide": widgets.KernelSlideDemo,
        "live_flow": lambda: widgets.LiveFlowDemo(np.random.default_rng(4).random((3, 40, 44))),
        "lk_window": lambda: widgets.LucasKanadeDemo(I0, I1),
        "motion_models": lambda: widgets.MotionModelsDemo(np.random.default_rng(4).random((18, 24))),
        "search": lambda: widgets.SearchDemo(*np.random.default_rng(4).random((2, 14, 18, 3))),
        "shuffle_frames": lambda: widgets.ShuffleFramesDemo(np.random.default_rng(4).random((5, 20, 24))),
        "slowfast_designer": widgets.SlowFastDesignerDemo,
        "space_time_net": widgets.SpaceTimeNetDemo,
        "taylor": widgets.TaylorDemo,
        "weak_input": lambda: widgets.WeakInputDemo(np.random.default_rng(4).random((4, 18, 24, 3))),
    }
    return made[name]().state()


@pytest.mark.parametrize("name", SOURCES)
def test_a_module_imports_and_exports_only_in_the_forms_the_bundler_knows(name):
    for line in SOURCES[name].splitlines():
        if re.match(r"\s*import\b", line) or re.search(r"\bimport\s*\(|\bfrom\s+[\"']", line):
            assert IMPORT.fullmatch(line), f"{name}.js: write this import as one line of names: {line}"
        if re.match(r"\s*export\b", line):
            assert EXPORT.fullmatch(line), f"{name}.js: the bundler does not know this export: {line}"


def test_the_book_takes_for_demos_all_modules_but_the_shared_ones():
    assert demo_names() == DEMOS


@pytest.mark.parametrize("name", DEMOS)
def test_a_demo_exports_render_as_its_default_and_imports_what_exists(name):
    assert SOURCES[name].count("export default { render };") == 1
    needed = IMPORT.findall(SOURCES[name])
    assert set(needed) <= SHARED
    assert "kit" in needed


@pytest.mark.parametrize("name", DEMOS)
def test_a_bundle_stands_alone(name):
    code = bundle(name)
    assert not re.search(r"^\s*import\b|\bimport\s*\(", code, re.MULTILINE)
    assert re.findall(r"^\s*export\b.*", code, re.MULTILINE) == ["export default { render };"]
    assert '"./' not in code
    for shared in set(IMPORT.findall(SOURCES[name])):
        first = re.search(r"^export function (\w+)", SOURCES[shared], re.MULTILINE)[1]
        assert code.count(f"function {first}(") == 1, f"{shared}.js should be inside once"


@pytest.mark.parametrize("name", DEMOS)
def test_a_bundle_loads_from_a_blob_renders_and_leaves_no_listener_behind(workbench, name):
    done = workbench.evaluate(STAGED, [bundle(name), state_of(name)])
    assert done["keys"] == ["default"]
    assert done["during"] > 0
    assert done["after"] == 0
    assert workbench.record.errors == []


@pytest.mark.parametrize("name", DEMOS)
def test_a_classic_script_registers_its_demo_and_leaks_no_name(workbench, name):
    before = set(workbench.evaluate("Object.keys(window)"))
    workbench.add_script_tag(content=classic_bundle(name))
    assert workbench.evaluate("(name) => typeof window.kinemaDemos[name].render", name) == "function"
    assert set(workbench.evaluate("Object.keys(window)")) - before <= {"kinemaDemos"}
    assert workbench.record.errors == []


def test_the_built_book_carries_the_scripts_of_these_modules():
    if not (HTML / "index.html").exists():
        pytest.fail("the book is not built: run `make book` first", pytrace=False)
    folder = HTML / "_static" / "demos"
    assert {p.stem for p in folder.glob("*.js")} == set(DEMOS)
    stale = [n for n in DEMOS if (folder / f"{n}.js").read_text(encoding="utf-8") != classic_bundle(n)]
    assert not stale, f"run `make book`: its scripts of {stale} are older than the modules"


def test_the_built_book_carries_these_scripts_and_styles():
    if not (HTML / "index.html").exists():
        pytest.fail("the book is not built: run `make book` first", pytrace=False)
    sources = [p for folder in (BOOK / "_static", STATIC) for p in folder.glob("*.*") if p.suffix in (".js", ".css")]
    stale = [p.name for p in sources if (HTML / "_static" / p.name).read_bytes() != p.read_bytes()]
    assert not stale, f"run `make book`: its {stale} are older than the sources"
