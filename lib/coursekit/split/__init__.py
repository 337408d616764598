"""Student code in one process, tests in another; only plain data between them.

Today this shows that every problem set works that way. The sandbox of the full grader moves the
student's process behind a wall without a change to any test.
"""
