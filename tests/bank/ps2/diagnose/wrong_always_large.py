"""Whatever happened, the motion was too large."""
# symptom: was called 'large'


def diagnose(I0, I1):
    return "large"
