"""The colours that pages, figures and demos share.

Chosen so that the four accents stay apart for readers with any common colour-vision deficiency
(after Okabe & Ito) and reach a contrast of 4.5 : 1 on `PAPER`. `widgets/static/demos.css` states the
same values as custom properties; a test holds the two together. Colour never carries a meaning
alone: figures also differ in dash, marker or label.
"""

INK = "#1d2433"
PAPER = "#fbfaf6"
MUTED = "#5d6675"
RULE = "#d8d5cb"
BLUE = "#0b66a0"
ORANGE = "#b8460e"
GREEN = "#0f7a5a"
PURPLE = "#7a4fa3"

TRUTH = GREEN
ESTIMATE = ORANGE
CONSTRAINT = BLUE
WRONG = PURPLE

CSS_NAMES = {
    "--kinema-ink": INK,
    "--kinema-paper": PAPER,
    "--kinema-muted": MUTED,
    "--kinema-rule": RULE,
    "--kinema-blue": BLUE,
    "--kinema-orange": ORANGE,
    "--kinema-green": GREEN,
    "--kinema-purple": PURPLE,
}
