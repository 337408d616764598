"""Non-local blocks against loops, and their invariances."""

import pytest

torch = pytest.importorskip("torch")

from kinema.recognition.non_local import NonLocal, attention


def block(**options):
    torch.manual_seed(0)
    net = NonLocal(6, **{"pool": 1, **options}).double().eval()
    torch.nn.init.normal_(net.norm.weight)
    return net


def tensors(seed=0, N=7, M=5, C=4, D=3):
    g = torch.Generator().manual_seed(seed)
    return (torch.randn(2, n, c, dtype=torch.float64, generator=g) for n, c in ((N, C), (M, C), (M, D)))


@pytest.mark.parametrize("pairwise", ["embedded", "gaussian", "dot"])
@pytest.mark.parametrize("scale", [True, False])
def test_attention_equals_its_loops(pairwise, scale):
    theta, phi, g = tensors()
    gathered, weights = attention(theta, phi, g, pairwise=pairwise, scale=scale)
    for b in range(2):
        for i in range(theta.shape[1]):
            products = torch.stack([theta[b, i] @ phi[b, j] for j in range(phi.shape[1])])
            if pairwise == "dot":
                f = products / phi.shape[1]
            else:
                e = torch.exp(products / (2.0 if scale else 1.0))                    # sqrt(4) = 2
                f = e / e.sum()
            assert torch.allclose(weights[b, i], f)
            assert torch.allclose(gathered[b, i], sum(f[j] * g[b, j] for j in range(phi.shape[1])))


@pytest.mark.parametrize("pairwise", ["embedded", "gaussian", "dot", "concatenation"])
def test_moving_the_positions_moves_the_answers_with_them(pairwise):
    net = block(pairwise=pairwise)
    x = torch.randn(2, 6, 3, 4, 5, dtype=torch.float64)
    order = torch.randperm(60, generator=torch.Generator().manual_seed(1))
    moved = net(x.flatten(2)[:, :, order].unflatten(2, (3, 4, 5))).flatten(2)
    assert torch.allclose(moved, net(x).flatten(2)[:, :, order])


def test_the_first_frame_reaches_the_last_unlike_in_a_convolution():
    net, x = block(), torch.randn(1, 6, 8, 4, 4, dtype=torch.float64)
    y = x.clone()
    y[:, :, 0] += 1
    assert not torch.allclose((net(y) - y)[:, :, -1], (net(x) - x)[:, :, -1])


def test_a_new_block_changes_nothing():
    net, x = NonLocal(6), torch.randn(2, 6, 4, 4, 4)
    assert torch.equal(net(x), x)


def test_rows_sum_to_one_and_larger_maps_sharpen_them():
    net, x = block(pairwise="gaussian"), torch.randn(1, 6, 2, 3, 3, dtype=torch.float64)
    _, weights = net.gather(x)
    _, doubled = net.gather(2 * x)
    assert torch.allclose(weights.sum(dim=-1), torch.ones_like(weights[..., 0]))
    assert torch.equal(weights.argmax(dim=-1), doubled.argmax(dim=-1))
    assert (doubled.amax(dim=-1) >= weights.amax(dim=-1)).all()


def test_pooling_shortens_the_keys_only():
    net = NonLocal(6, pool=(1, 2, 2))
    gathered, weights = net.gather(torch.randn(1, 6, 3, 4, 4))
    assert gathered.shape == (1, 3, 3, 4, 4) and weights.shape == (1, 48, 12)


def test_concatenation_is_the_paper_s_formula():
    net, x = block(pairwise="concatenation"), torch.randn(1, 6, 2, 2, 2, dtype=torch.float64)
    _, weights = net.gather(x)
    theta, phi = net.theta(x).flatten(2)[0].T, net.phi(x).flatten(2)[0].T
    expected = torch.relu(net.pair(torch.cat([theta[3], phi[5]]))) / 8
    assert torch.allclose(weights[0, 3, 5], expected[0])


def test_an_unknown_pairwise_function_is_refused():
    with pytest.raises(ValueError, match="pairwise must be one of 'embedded'"):
        NonLocal(6, pairwise="cosine")
    with pytest.raises(ValueError, match="pairwise must be one of 'embedded'"):
        attention(*torch.zeros(3, 1, 4, 2), pairwise="cosine")
