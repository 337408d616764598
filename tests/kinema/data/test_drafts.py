"""Files that are complete or not there."""

import pytest

from kinema.data.drafts import draft_folder_of, draft_of


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


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_appears_whole_at_the_end(tmp_path, there):
    target = tmp_path / "flows"
    if there:
        target.mkdir()
    with draft_folder_of(target) as draft:
        (draft / "0.flo").write_text("flow")
        assert not target.exists() or not list(target.iterdir())
    assert (target / "0.flo").read_text() == "flow"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_leaves_no_folder(tmp_path, error):
    with pytest.raises(error), draft_folder_of(tmp_path / "flows") as draft:
        (draft / "0.flo").write_text("flow")
        raise error
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_in_it_and_a_file_are_refused(tmp_path):
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "mine.txt").write_text("mine")
    for target in (tmp_path / "flows", tmp_path / "flows" / "mine.txt"):
        with pytest.raises(ValueError, match="is there already, and not an empty folder"), draft_folder_of(target):
            pass
    assert (tmp_path / "flows" / "mine.txt").read_text() == "mine"
