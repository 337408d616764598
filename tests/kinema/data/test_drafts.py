"""Files that are complete or not there."""

import pytest

from kinema.data.drafts import draft_of


def test_the_draft_takes_the_targets_place_at_the_end(tmp_path):
    target = tmp_path / "flow.mp4"
    target.write_text("old")
    with draft_of(target) as draft:
        assert (draft.parent, draft.suffix) == (tmp_path, ".mp4")
        draft.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("begun", [True, False])
def test_an_error_leaves_the_old_file_and_no_draft(tmp_path, error, begun):
    target = tmp_path / "flow.mp4"
    target.write_text("old")
    with pytest.raises(error), draft_of(target) as draft:
        if begun:
            draft.write_text("half")
        raise error
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
