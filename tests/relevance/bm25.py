"""The plain baseline for similar tickets: BM25 over the pairs of questions.

Usage: python3 bm25.py pairs.tsv [RANKS.tsv]
Each question of a pair of duplicates is asked of all other questions; its partner is the one right
answer. Prints MRR@10, hit@1, hit@3 and hit@10 over all and for each half by the hash of the
question; writes the reciprocal rank of each question where a second file is named.
"""

import collections
import math
import re
import sys

K1, B, TITLE_WORDS, TITLE_TIMES = 1.2, 0.75, 10, 3


def read(path):
    """Questions in the order of the file, each once, and the pairs of duplicates."""
    texts, pairs = {}, []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            kind, one, other = line.rstrip("\n").split("\t")
            for text in (one, other):
                texts.setdefault(text, len(texts))
            if kind == "duplicate":
                pairs.append((texts[one], texts[other]))
    return list(texts), pairs


def words(text):
    """Lower-cased words, the first ten of them three times and all once."""
    found = re.findall(r"\w+", text.lower())
    return found + found[:TITLE_WORDS] * TITLE_TIMES


def is_even(text):
    """Whether the FNV-1a hash (32 bits) is even."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value % 2 == 0


def ranks(texts, pairs):
    """The place of the partner for each question of a pair, from 1; None behind the tenth."""
    bags = [collections.Counter(words(text)) for text in texts]
    lengths = [sum(bag.values()) for bag in bags]
    mean = sum(lengths) / len(lengths)
    having = collections.defaultdict(list)
    for place, bag in enumerate(bags):
        for word, count in bag.items():
            having[word].append((place, count))
    for pair in pairs:
        for asked, right in (pair, pair[::-1]):
            scores = collections.defaultdict(float)
            for word, times in bags[asked].items():
                found = having[word]
                rarity = math.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
                for place, count in found:
                    norm = K1 * (1 - B + B * lengths[place] / mean)
                    scores[place] += times * rarity * count * (K1 + 1) / (count + norm)
            scores.pop(asked, None)
            best = sorted(scores, key=lambda place: (-scores[place], place))[:10]
            yield texts[asked], best.index(right) + 1 if right in best else None


def main():
    texts, pairs = read(sys.argv[1])
    found = list(ranks(texts, pairs))
    for name, part in (
        ("all", found),
        ("even", [one for one in found if is_even(one[0])]),
        ("odd", [one for one in found if not is_even(one[0])]),
    ):
        places = [place for _, place in part]
        mrr = sum(1 / place for place in places if place) / len(places)
        hits = [sum(1 for p in places if p and p <= n) / len(places) for n in (1, 3, 10)]
        figures = " ".join(f"{100 * figure:6.1f}" for figure in [mrr, *hits])
        print(f"{name:<5}{len(places):>5} {figures}")
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as out:
            for text, place in found:
                out.write(f"{1 / place if place else 0:.6f}\t{text}\n")


main()
