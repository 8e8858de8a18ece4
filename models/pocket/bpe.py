"""A byte-level BPE tokenizer: trainer, encoder and the Hugging Face files that describe it.

Written out because no tokenizer library is assumed to be installed, and because the merges must be a pure function
of the text. Digits are always single tokens, and so are the letters after a space (" k"), so that arithmetic and
string tasks show the model one symbol per token.
"""

import json
import re
from collections import Counter

END = "<|end|>"
END_ID = 0

# GPT-2's pattern restricted to ASCII, applied after every digit has been cut out as a piece of its own.
DIGIT_SPLIT = re.compile(r"[0-9]|[^0-9]+")
WORD_SPLIT = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+")


def byte_alphabet():
    """GPT-2's reversible map from the 256 bytes to printable characters."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in symbols:
            symbols[byte] = chr(256 + len(symbols) - len(printable))
    return [symbols[byte] for byte in range(256)]


BYTES = byte_alphabet()
SPACE = BYTES[ord(" ")]


def pieces(text):
    """The pieces within which merges happen, spelled in the byte alphabet."""
    for run in DIGIT_SPLIT.findall(text):
        for piece in WORD_SPLIT.findall(run):
            yield "".join(BYTES[byte] for byte in piece.encode())


def merge(symbols, pair):
    """The symbols with each occurrence of the adjacent pair joined, left to right."""
    joined, index = [], 0
    while index < len(symbols):
        if tuple(symbols[index : index + 2]) == pair:
            joined.append(symbols[index] + symbols[index + 1])
            index += 2
        else:
            joined.append(symbols[index])
            index += 1
    return joined


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        self.rank = {pair: rank for rank, pair in enumerate(self.merges)}
        vocabulary = [END, *BYTES, *(left + right for left, right in self.merges)]
        self.id_of = {symbol: index for index, symbol in enumerate(vocabulary)}
        assert len(self.id_of) == len(vocabulary), "two merges spell the same symbol"
        self.symbol_of = vocabulary
        self.cache = {}

    def encode_piece(self, piece):
        if piece not in self.cache:
            symbols = list(piece)
            while len(symbols) > 1:
                best = min(zip(symbols, symbols[1:]), key=lambda pair: self.rank.get(pair, len(self.rank)))
                if best not in self.rank:
                    break
                symbols = merge(symbols, best)
            self.cache[piece] = [self.id_of[symbol] for symbol in symbols]
        return self.cache[piece]

    def encode(self, text):
        """Token ids of plain text; the end marker is not parsed out of it."""
        return [token for piece in pieces(text) for token in self.encode_piece(piece)]

    def decode(self, ids):
        byte_of = {symbol: byte for byte, symbol in enumerate(BYTES)}
        text = "".join(self.symbol_of[index] for index in ids if index != END_ID)
        return bytes(byte_of[symbol] for symbol in text).decode(errors="replace")

    def save(self, folder):
        """Writes tokenizer.json and tokenizer_config.json as Hugging Face readers expect them."""
        special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
        tokenizer = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [{"id": END_ID, "content": END, **special}],
            "normalizer": None,
            "pre_tokenizer": {
                "type": "Sequence",
                "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level],
            },
            "post_processor": None,
            "decoder": byte_level,
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": None,
                "continuing_subword_prefix": None,
                "end_of_word_suffix": None,
                "fuse_unk": False,
                "byte_fallback": False,
                "vocab": self.id_of,
                "merges": [f"{left} {right}" for left, right in self.merges],
            },
        }
        config = {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": END,
            "eos_token": END,
            "pad_token": END,
            "add_bos_token": True,
            "model_max_length": 512,
            "clean_up_tokenization_spaces": False,
        }
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=1) + "\n")
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def train(texts, vocabulary_size):
    """Merges the most frequent adjacent pair until the vocabulary is full; ties go to the alphabetically first."""
    counts = Counter(piece for text in texts for piece in pieces(text))
    words = {piece: list(piece) for piece in counts}
    merges = [(SPACE, letter) for letter in "abcdefghijklmnopqrstuvwxyz"]
    for pair in merges:
        words = {piece: merge(symbols, pair) for piece, symbols in words.items()}
    while 1 + len(BYTES) + len(merges) < vocabulary_size:
        pairs = Counter()
        for piece, symbols in words.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += counts[piece]
        known = {left + right for left, right in merges}
        pair = min((p for p in pairs if p[0] + p[1] not in known), key=lambda p: (-pairs[p], p))
        merges.append(pair)
        words = {piece: merge(symbols, pair) if pair[0] in symbols else symbols for piece, symbols in words.items()}
    return Tokenizer(merges)
