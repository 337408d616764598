"""The bank and its operators; the temporal field; graphs of regions; channel correlation."""

import itertools

import pytest

torch = pytest.importorskip("torch")

from kinema.recognition.channel_correlation import ChannelCorrelation
from kinema.recognition.feature_bank import Bank, FeatureBankOperator, padded
from kinema.recognition.region_graph import box_overlap, similarity_graph, spacetime_graphs, strg_head
from kinema.recognition.temporal_crf import MessageBoard, TemporalField, time_kernel


def bank(n=9, channels=16, step=5.0):
    g = torch.Generator().manual_seed(0)
    return Bank(torch.randn(n, channels, generator=g), step * torch.arange(n, dtype=torch.float32))


def test_a_window_is_in_seconds_borders_included():
    b = bank()                                                                   # 0, 5, ..., 40 s
    assert torch.equal(b.window(20.0, 10.0), b.features[2:7])
    assert torch.equal(b.window(20.0, 10.0, causal=True), b.features[2:5])
    assert torch.equal(b.window(21.0, 2.0), b.features[4:5])
    assert b.window(100.0, 10.0).shape == (0, 16)


@pytest.mark.parametrize("kind", ["nl", "avg", "max"])
def test_an_operator_reads_the_masked_bank_in_any_order_and_survives_an_empty_one(kind):
    torch.manual_seed(0)
    operator = FeatureBankOperator(16, kind=kind, inner=8).eval()
    for layer in getattr(operator, "layers", []):
        torch.nn.init.normal_(layer.out.weight)
    short = torch.randn(2, 1, 16)
    windows = [bank().window(20.0, 10.0), bank().window(100.0, 10.0)]
    features, mask = padded(windows)
    assert features.shape == (2, 5, 16) and mask.sum(dim=1).tolist() == [5, 0]
    out = operator(short, features, mask)
    assert out.shape == (2, 1, operator.out_features) and torch.isfinite(out).all()
    assert torch.equal(out[..., :16], short)                                     # the clip's own features stand first
    order = torch.tensor([3, 0, 4, 1, 2])
    assert torch.allclose(operator(short, features[:, order], mask[:, order]), out, atol=1e-6)
    wide = torch.cat([features, torch.full((2, 3, 16), 99.0)], dim=1)            # masked places do not matter
    longer = torch.cat([mask, torch.zeros(2, 3, dtype=torch.bool)], dim=1)
    assert torch.allclose(operator(short, wide, longer), out, atol=1e-6)
    sub = operator(short[:1], windows[0][None])
    assert torch.allclose(out[:1], sub, atol=1e-6)


def test_mean_and_maximum_are_those_of_the_window():
    short, window = torch.zeros(1, 1, 16), bank().window(20.0, 10.0)
    avg = FeatureBankOperator(16, kind="avg")(short, window[None])
    most = FeatureBankOperator(16, kind="max")(short, window[None])
    assert torch.allclose(avg[0, 0, 16:], window.mean(dim=0)) and torch.equal(most[0, 0, 16:], window.amax(dim=0))


def test_an_untrained_attention_layer_adds_nothing():
    operator = FeatureBankOperator(16, inner=8).eval()
    short = torch.randn(1, 2, 16)
    out = operator(short, bank().features[None])
    assert torch.allclose(out[..., 16:], operator.reduce_short(short))


def exact_marginals(unary, field, times):
    """Marginals of the field by listing every labelling and every intent."""
    T, L = unary.shape
    kernel = time_kernel(times, field.width)
    pair = (field.pair + field.pair.T) / 2
    total, per_frame = 0.0, torch.zeros(T, L, dtype=torch.float64)
    for z in range(len(field.intent)):
        for y in itertools.product(range(L), repeat=T):
            score = field.intent[z].double() + sum(unary[t, y[t]] + field.tie[y[t], z] for t in range(T))
            for s, t in itertools.combinations(range(T), 2):
                score = score + kernel[s, t] * pair[y[s], y[t]]
            weight = torch.exp(score)
            total = total + weight
            for t in range(T):
                per_frame[t, y[t]] += weight
    return per_frame / total


def test_mean_field_comes_close_to_the_exact_marginals_of_a_small_field():
    torch.manual_seed(0)
    field = TemporalField(2, 2, width=2.0).double()
    with torch.no_grad():
        field.pair.copy_(torch.tensor([[0.5, -0.5], [0.1, 0.4]]))
        field.tie.normal_(std=0.3)
        unary, times = torch.randn(1, 4, 2, dtype=torch.float64), torch.arange(4.0, dtype=torch.float64)[None]
        beliefs, intent = field(unary, times, rounds=40)
        exact = exact_marginals(unary[0], field, times[0])
    assert torch.allclose(beliefs.sum(dim=-1), torch.ones(1, 4, dtype=torch.float64)) and intent.sum() == pytest.approx(1)
    # Mean field is an approximation; of weak ties a good one.
    assert (beliefs[0] - exact).abs().max() < 0.05
    assert (torch.softmax(unary[0], dim=-1) - exact).abs().max() > 0.08


def test_without_ties_a_frame_keeps_its_own_opinion():
    field = TemporalField(3, 2)
    torch.nn.init.zeros_(field.tie)
    unary = torch.randn(2, 5, 3)
    beliefs, _ = field(unary, torch.arange(5.0).expand(2, 5))
    assert torch.allclose(beliefs, torch.softmax(unary, dim=-1))


def test_messages_wait_fade_and_never_come_from_oneself():
    board, pair = MessageBoard(decay=0.5), torch.eye(2)
    belief = torch.tensor([1.0, 0.0])
    board.leave("film", 1.0, belief)
    assert torch.equal(board.read("film", 1.0, pair, 2.0), torch.zeros(2))
    assert torch.equal(board.read("other", 2.0, pair, 2.0), torch.zeros(2))
    fresh = board.read("film", 3.0, pair, 2.0)
    assert torch.allclose(fresh, torch.exp(torch.tensor(-0.5)) * belief)
    board.leave("film", 9.0, belief)
    assert board.read("film", 3.0, pair, 2.0)[0] < 0.6 * fresh[0] + 0.02


def test_overlap_of_boxes():
    a = torch.tensor([[0.0, 0, 2, 2], [0, 0, 4, 4], [5, 5, 5, 9]])
    b = torch.tensor([[1.0, 1, 3, 3], [2, 0, 4, 2], [1, 1, 2, 2]])
    expected = torch.tensor([[1 / 7, 0, 1 / 4], [4 / 16, 4 / 16, 1 / 16], [0, 0, 0]])
    assert torch.allclose(box_overlap(a, b), expected)


def test_graphs_join_what_is_alike_and_what_overlaps_one_frame_on():
    features = torch.eye(3)[None] * 3
    alike = similarity_graph(features, torch.eye(3), torch.eye(3))
    assert torch.allclose(alike.sum(dim=-1), torch.ones(1, 3)) and torch.equal(alike[0].argmax(dim=1), torch.arange(3))
    boxes = torch.tensor([[[0.0, 0, 2, 2], [1, 0, 3, 2], [9, 9, 10, 10], [0, 0, 2, 2]]])
    frames = torch.tensor([[0, 1, 1, 2]])
    forward, backward = spacetime_graphs(boxes, frames)
    assert forward[0].tolist() == [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert backward[0].tolist() == [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0]]


def test_the_order_of_regions_does_not_matter():
    torch.manual_seed(0)
    net = strg_head(4, 8)
    clip, regions = torch.randn(1, 8), torch.randn(1, 6, 8)
    boxes = torch.rand(1, 6, 4).cumsum(dim=-1)
    frames = torch.tensor([[0, 0, 1, 1, 2, 2]])
    order = torch.tensor([4, 1, 5, 0, 3, 2])
    assert torch.allclose(
        net(clip, regions, boxes, frames), net(clip, regions[:, order], boxes[:, order], frames[:, order]), atol=1e-5
    )


def test_channel_gates_keep_time_and_stay_between_nothing_and_all():
    torch.manual_seed(0)
    block, x = ChannelCorrelation(8), torch.rand(2, 8, 5, 3, 3) + 0.1
    gates = block(x) / x
    assert ((gates > 0) & (gates < 1)).all()
    assert gates.std(dim=(3, 4)).max() < 1e-5                                    # the same at every pixel
    assert gates.std(dim=2).max() > 1e-4                                         # but not at every time
