"""FDM's released names find their places here: a state dict made up from the list of its layers."""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: there are no networks to test")

from kinema.diffusion.checkpoints import load_official
from kinema.diffusion.nets.fdm import fdm_64, fdm_128

WIDTH = 16


def layer(*shape):
    return {"weight": shape, "bias": shape[:1]}


def block(cin, cout):
    made = {
        "in_layers.0": layer(cin), "in_layers.2": layer(cout, cin, 3, 3), "emb_layers.1": layer(2 * cout, 4 * WIDTH),
        "out_layers.0": layer(cout), "out_layers.3": layer(cout, cout, 3, 3),
    }  # fmt: skip
    return {**made, **({"skip_connection": layer(cout, cin, 1, 1)} if cin != cout else {})}


def attention(c):
    made = {}
    for kind in ("temporal", "spatial"):
        made |= {f"{kind}_attention.{name}": layer(*shape) for name, shape in
                 {"norm": (c,), "qkv": (3 * c, c), "proj_out": (c, c)}.items()}  # fmt: skip
    for on in "qkv":
        shapes = {"embed_distances": (c, 3), "embed_diffusion_time": (c, 4 * WIDTH), "out": (c, c)}
        made |= {f"temporal_attention.rpe_{on}.rpe_net.{name}": layer(*shape) for name, shape in shapes.items()}
    return made


def official(multipliers, blocks, attend):
    """Names and shapes as improved_diffusion/unet.py makes them, with numbers of our own."""
    layers = {"time_embed.0": layer(4 * WIDTH, WIDTH), "time_embed.2": layer(4 * WIDTH, 4 * WIDTH)}
    put = lambda where, made: layers.update({f"{where}.{name}": shapes for name, shapes in made.items()})
    put("input_blocks.0", {"0": layer(WIDTH, 4, 3, 3)})
    left, c, n = [WIDTH], WIDTH, 1
    for level, multiplier in enumerate(multipliers):
        for _ in range(blocks):
            put(f"input_blocks.{n}.0", block(c, multiplier * WIDTH))
            c = multiplier * WIDTH
            if level in attend:
                put(f"input_blocks.{n}.1", attention(c))
            left.append(c)
            n += 1
        if level < len(multipliers) - 1:
            put(f"input_blocks.{n}.0", {"op": layer(c, c, 3, 3)})
            left.append(c)
            n += 1
    put("middle_block.0", block(c, c))
    put("middle_block.1", attention(c))
    put("middle_block.2", block(c, c))
    n = 0
    for level, multiplier in reversed(list(enumerate(multipliers))):
        for k in range(blocks + 1):
            put(f"output_blocks.{n}.0", block(c + left.pop(), multiplier * WIDTH))
            c = multiplier * WIDTH
            if level in attend:
                put(f"output_blocks.{n}.1", attention(c))
            if level and k == blocks:
                put(f"output_blocks.{n}.{2 if level in attend else 1}", {"conv": layer(c, c, 3, 3)})
            n += 1
    layers |= {"out.0": layer(c), "out.2": layer(3, c, 3, 3)}
    generator = torch.Generator().manual_seed(0)
    return {
        f"{name}.{kind}": torch.randn(shape, generator=generator)
        for name, shapes in layers.items() for kind, shape in shapes.items()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("build", "names"), [(fdm_64, ((1, 2, 3, 4), 2, (2, 3))), (fdm_128, ((1, 1, 2, 3, 4), 1, (3, 4)))]
)
def test_the_released_names_find_their_places(build, names):
    state = official(*names)
    net = load_official(build(width=WIDTH), state)
    own = net.state_dict()
    assert len(own) == len(state)
    assert sorted(v.sum().item() for v in own.values()) == pytest.approx(sorted(v.sum().item() for v in state.values()))


def test_what_is_what():
    state = official((1, 2, 3, 4), 2, (2, 3))
    unet = load_official(fdm_64(width=WIDTH), state).unet
    # Twelve stages up: three per level, attention at the two coarse ones, and a change of size after all but the last.
    for ours, theirs in (
        (unet.stem.weight, "input_blocks.0.0.weight"),
        (unet.down[0].block.conv_in.weight, "input_blocks.1.0.in_layers.2.weight"),
        (unet.down[2].resize.bias, "input_blocks.3.0.op.bias"),
        (unet.down[6].attention.temporal.on_keys.distance.weight, "input_blocks.7.1.temporal_attention.rpe_k.rpe_net.embed_distances.weight"),
        (unet.down[6].attention.temporal.on_queries.out.bias, "input_blocks.7.1.temporal_attention.rpe_q.rpe_net.out.bias"),
        (unet.middle[0].attention.spatial.qkv.weight, "middle_block.1.spatial_attention.qkv.weight"),
        (unet.middle[1].block.norm_out.weight, "middle_block.2.out_layers.0.weight"),
        (unet.up[2].resize.conv.weight, "output_blocks.2.2.conv.weight"),
        (unet.up[8].resize.conv.weight, "output_blocks.8.1.conv.weight"),
        (unet.up[11].block.shortcut.weight, "output_blocks.11.0.skip_connection.weight"),
        (unet.out.weight, "out.2.weight"),
    ):
        assert torch.equal(ours, state[theirs]), theirs


def test_weights_of_another_size_are_refused():
    with pytest.raises(ValueError, match="these weights do not fit FDM: "):
        load_official(fdm_64(width=WIDTH), official((1, 1, 2, 3, 4), 1, (3, 4)))
