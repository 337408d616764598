"""The measures beside torchmetrics' and pycocotools': random data with ties, duplicates and empty classes."""

import contextlib
import io

import numpy as np
import pytest
from kinema.metrics import Boxes, average_precision, confusion, frame_ap, iou, mean_average_precision, top_k


@pytest.mark.filterwarnings("ignore:No positive samples found")
@pytest.mark.parametrize("seed", range(4))
def test_average_precision_is_torchmetrics(seed, torchvision):            # which torchmetrics imports
    torch = pytest.importorskip("torch")
    peer = pytest.importorskip("torchmetrics.functional.classification")
    rng = np.random.default_rng(seed)
    scores = np.round(rng.random((60, 7)), 1 if seed % 2 else 6)        # with ties and without
    positive = rng.random((60, 7)) < np.linspace(0.02, 0.6, 7)
    positive[:, 3] = False
    want = peer.multilabel_average_precision(torch.tensor(scores), torch.tensor(positive).long(), num_labels=7, average=None)
    mean, each = mean_average_precision(scores, positive)
    known = positive.any(axis=0)
    np.testing.assert_allclose(each[known], want.numpy()[known], atol=1e-6)
    assert np.isnan(each[~known]).all() and mean == pytest.approx(want.numpy()[known].mean(), abs=1e-6)
    assert average_precision(scores[:, 6], positive[:, 6]) == pytest.approx(want[6].item(), abs=1e-6)


@pytest.mark.parametrize("k", [1, 3, 5])
def test_top_k_and_confusion_are_torchmetrics(k, torchvision):
    torch = pytest.importorskip("torch")
    peer = pytest.importorskip("torchmetrics.functional.classification")
    rng = np.random.default_rng(k)
    scores, labels = rng.random((80, 9)), rng.integers(0, 9, 80)
    given = torch.tensor(scores), torch.tensor(labels)
    assert top_k(scores, labels, k) == pytest.approx(peer.multiclass_accuracy(*given, num_classes=9, top_k=k, average="micro").item())
    want = peer.multiclass_confusion_matrix(given[0].argmax(dim=1), given[1], num_classes=9).numpy()
    assert np.array_equal(confusion(labels, scores.argmax(axis=1), 9), want)


def test_overlap_is_torchvisions(torchvision):
    import torch
    from torchvision.ops import box_iou

    rng = np.random.default_rng(5)
    a, b = (np.concatenate([low := rng.uniform(0, 50, (n, 2)), low + rng.uniform(0.1, 40, (n, 2))], axis=1) for n in (30, 40))
    np.testing.assert_allclose(iou(a, b), box_iou(torch.tensor(a), torch.tensor(b)).numpy(), atol=1e-12)


def scene(seed):
    """Truths that do not overlap, and detections: near ones, second ones, poor ones, and some of nothing."""
    rng = np.random.default_rng(seed)
    truth, found = [], []
    for frame in range(12):
        places = rng.permutation([(x, y) for x in (0, 100, 200) for y in (0, 100)])[: rng.integers(0, 5)]
        for x, y in places:
            box = np.array([x, y, x + rng.uniform(20, 60), y + rng.uniform(20, 60)])
            label = int(rng.integers(1, 4))
            truth.append((frame, box, label))
            for _ in range(rng.integers(0, 3)):
                moved = box + rng.normal(0, 4, 4)
                found.append((frame, moved, label if rng.random() < 0.8 else int(rng.integers(1, 4))))
        for _ in range(rng.integers(0, 3)):
            x, y = rng.uniform(0, 250, 2)
            found.append((frame, np.array([x, y, x + 30, y + 40]), int(rng.integers(1, 4))))
    scores = rng.permutation(len(found)) / len(found)
    columns = lambda rows: (np.array([r[0] for r in rows]), np.array([r[1] for r in rows]), np.array([r[2] for r in rows]))
    return Boxes(*columns(found), scores), Boxes(*columns(truth))


@pytest.mark.parametrize("seed", range(3))
def test_frame_ap_is_cocos_where_truths_lie_apart(seed):
    # COCO lets a detection take a second truth when its best one is gone, AVA does not; apart there is no second one.
    pytest.importorskip("pycocotools")
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    detections, truth = scene(seed)
    corner_and_sides = lambda b: [b[0], b[1], b[2] - b[0], b[3] - b[1]]
    entries = lambda of: [
        {"id": k + 1, "image_id": int(f), "bbox": corner_and_sides(b), "category_id": int(c), "area": 1.0, "iscrowd": 0}
        for k, (f, b, c) in enumerate(zip(of.frames, of.boxes, of.labels, strict=True))
    ]
    data = COCO()
    data.dataset = {"images": [{"id": k} for k in range(12)], "categories": [{"id": c} for c in (1, 2, 3)], "annotations": entries(truth)}
    with contextlib.redirect_stdout(io.StringIO()):
        data.createIndex()
        said = data.loadRes([{**e, "score": float(s)} for e, s in zip(entries(detections), detections.scores, strict=True)])
        run = COCOeval(data, said, "bbox")
        run.params.iouThrs, run.params.recThrs = np.array([0.5]), (np.arange(20_000) + 0.5) / 20_000
        run.params.areaRng, run.params.areaRngLbl, run.params.maxDets = [[0, 1e9]], ["all"], [100]
        run.evaluate()
        run.accumulate()
    want = run.eval["precision"][0, :, :, 0, 0].mean(axis=0)
    mean, each = frame_ap(detections, truth, [1, 2, 3])
    np.testing.assert_allclose([each[c] for c in (1, 2, 3)], want, atol=2e-4)
    assert mean == pytest.approx(want.mean(), abs=2e-4) and 0.2 < mean < 0.98
