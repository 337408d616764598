"""Student code in one process, tests in another; only plain data between them.

Every problem set passes both this way and in one process, so that a sandbox can be put around the
student's side without a change to any test.
"""
