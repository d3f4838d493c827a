"""Closed lists of codes with French and English labels, such as the reasons for a note or the answers to a contest.

The apps casework, rights and oversight use them.
"""

from pathlib import Path

from formats.vocabulary import Vocabulary

_HERE = Path(__file__).parent

NOTE_EXCEPTIONS = Vocabulary(_HERE / "reasons.csv", only="note_exception")
LEGACY_COMMENT_GROUNDS = Vocabulary(_HERE / "reasons.csv", only="inherited_ground")
DEFERRAL_GROUNDS = Vocabulary(_HERE / "reasons.csv", only="deferral_ground")
NAME_REASONS = Vocabulary(_HERE / "reasons.csv", only="name_reason")
NAME_WEIGHED = Vocabulary(_HERE / "reasons.csv", only="name_weighed")
CASE_REASONS = Vocabulary(_HERE / "reasons.csv", only="case_reason")
CASE_MEASURES = Vocabulary(_HERE / "reasons.csv", only="case_measure")
LOOK_EXPLANATIONS = Vocabulary(_HERE / "reasons.csv", only="look_explanation")
LOOK_ANSWERS = Vocabulary(_HERE / "reasons.csv", only="look_answer")
LOOK_VERDICTS = Vocabulary(_HERE / "reasons.csv", only="look_verdict")
ERASURE_GROUNDS = Vocabulary(_HERE / "reasons.csv", only="erasure_ground")
ERASURE_RECIPIENTS = Vocabulary(_HERE / "reasons.csv", only="erasure_recipient")
RESTRICTION_REFUSALS = Vocabulary(_HERE / "reasons.csv", only="restriction_refusal")
EXTENSIONS = Vocabulary(_HERE / "reasons.csv", only="extension")
CONTEST_OUTCOMES = Vocabulary(_HERE / "reasons.csv", only="screen_contest_outcome")
CONTEST_ADVICE = Vocabulary(_HERE / "reasons.csv", only="contest_advice")
