"""One namespace for all arguments, brightness from integers, and safe quotients and roots."""

import numpy as np
import pytest

from kinema.arrays import is_floating, namespace, safe_divide, safe_hypot, safe_sqrt, to_intensity, to_numpy


def test_the_namespace_is_the_arrays_own(put):
    import array_api_compat

    x = put(np.ones(3))
    assert namespace(x) is array_api_compat.array_namespace(x)
    assert namespace(x, None, x) is namespace(x)


@pytest.mark.parametrize("given", [(), (None,), ([1.0, 2.0],), (np.ones(2), [1.0])])
def test_what_is_no_array_is_refused(given):
    with pytest.raises(TypeError, match="expected arrays of one kind"):
        namespace(*given)


def test_two_kinds_are_refused_and_both_are_named():
    torch = pytest.importorskip("torch", reason="torch is not installed: there is nothing to mix")
    with pytest.raises(TypeError, match=r"got numpy\.ndarray, torch\.Tensor: convert them"):
        namespace(np.ones(2), torch.ones(2))


def test_only_real_floating_point_is_floating(put):
    for name, expected in [
        ("float32", True),
        ("float64", True),
        ("int64", False),
        ("uint8", False),
        ("bool", False),
        ("complex64", False),
    ]:
        assert is_floating(put(np.ones(2), name)) == expected


@pytest.mark.parametrize("name", ["uint8", "uint16", "int16"])
def test_integers_are_divided_by_the_top_of_their_type(put, get, xp, name):
    top = np.iinfo(name).max
    brightness = to_intensity(put(np.array([0, top // 2, top]), name))
    assert brightness.dtype == xp.float32
    np.testing.assert_allclose(get(brightness), [0, (top // 2) / top, 1], atol=1e-7)  # float32


@pytest.mark.parametrize("name", ["int32", "int64"])
def test_wide_integers_are_refused_since_their_range_says_nothing_of_brightness(put, name):
    with pytest.raises(ValueError, match=f"frame has dtype .*{name}.*convert it to uint8"):
        to_intensity(put(np.array([0, 200]), name), "frame")


def test_booleans_are_black_and_white(put, get, xp):
    brightness = to_intensity(put(np.array([True, False])))
    assert brightness.dtype == xp.float32
    assert get(brightness).tolist() == [1, 0]


def test_floats_pass_unchanged_whatever_their_range(put, dtype):
    x = put(np.array([-3.0, 700.0]), dtype)
    assert to_intensity(x) is x


def test_complex_brightness_is_refused_by_name(put):
    with pytest.raises(ValueError, match="I1 has dtype .*complex128"):
        to_intensity(put(np.ones(2, complex)), "I1")


def test_to_numpy_brings_any_array_to_the_host(put, dtype):
    host = to_numpy(put(np.array([[1.0, 2.0]]), dtype))
    assert type(host) is np.ndarray
    assert host.dtype == dtype
    assert host.tolist() == [[1, 2]]


def test_to_numpy_detaches_from_the_graph():
    torch = pytest.importorskip("torch", reason="torch is not installed: there is no graph")
    assert to_numpy(torch.ones(2, requires_grad=True)).tolist() == [1, 1]


def test_safe_sqrt_is_the_root_and_zero_at_and_below_zero(put, get, dtype, same_kind):
    x = put(np.array([4.0, 0.0, -1.0, 2.25]), dtype)
    same_kind(safe_sqrt(x), x)
    assert get(safe_sqrt(x)).tolist() == [2, 0, 0, 1.5]


def test_safe_hypot_is_numpys_even_where_squares_overflow_or_vanish(put, get, dtype, same_kind, rounding):
    legs = np.array([3.0, -3e20, 0.0, 0.0, 1e-30, 5.0]), np.array([-4.0, 4e20, 0.0, -2.0, -1e-30, np.nan])
    x, y = (put(leg, dtype) for leg in legs)
    same_kind(safe_hypot(x, y), x)
    np.testing.assert_allclose(get(safe_hypot(x, y)), np.hypot(*legs), rtol=rounding)
    assert get(safe_hypot(x, y))[0] == 5


def test_safe_divide_fills_where_it_cannot_divide(put, get, dtype, same_kind):
    numerator, denominator = put(np.array([1.0, 1.0, 0.0, -6.0]), dtype), put(np.array([2.0, 0.0, 0.0, -3.0]), dtype)
    same_kind(safe_divide(numerator, denominator), numerator)
    assert get(safe_divide(numerator, denominator)).tolist() == [0.5, 0, 0, 2]
    assert get(safe_divide(numerator, denominator, fill=float("inf"))).tolist() == [0.5, np.inf, np.inf, 2]


def test_roots_and_quotients_of_zero_have_derivative_zero(gradients):
    zero, one = np.zeros(2), np.ones(2)
    assert gradients(safe_sqrt, zero)[0].tolist() == [0, 0]
    assert gradients(lambda x: safe_sqrt(x * x), zero)[0].tolist() == [0, 0]
    for gradient in gradients(safe_hypot, zero, zero):
        assert gradient.tolist() == [0, 0]
    for gradient in gradients(safe_divide, one, zero):
        assert gradient.tolist() == [0, 0]


def test_torch_differentiates_roots_and_quotients(gradcheck):
    x = np.array([0.5, 2.0])
    gradcheck(safe_sqrt, x)
    gradcheck(safe_hypot, np.array([-2.0, 2.0, 0.0]), np.array([-2.0, -3.0, 5.0]))
    gradcheck(safe_divide, np.array([1.0, -3.0]), x)
