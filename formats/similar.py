"""Compares two words and accepts one typing error."""


def is_one_slip(word: str, other: str) -> bool:
    """Whether the words are equal except for one wrong, missing or surplus letter, or two swapped neighbours."""
    while word and other and word[0] == other[0]:
        word, other = word[1:], other[1:]
    while word and other and word[-1] == other[-1]:
        word, other = word[:-1], other[:-1]
    return max(len(word), len(other)) <= 1 or (len(word) == 2 and word == other[::-1])
