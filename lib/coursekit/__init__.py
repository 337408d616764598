"""The workshop around the course: book, releases, the wrong-answer bank, checks.

Students never need it. It may import `kinema`; `kinema` never imports it.
"""
