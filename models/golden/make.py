"""Makes all golden checkpoints and logits again: python3 models/golden/make.py [names]. Needs numpy.

For each config the first seed is taken with which every mutation shows and no router is in doubt; the result is the
same at every run. Prints the mutation table: by how much the largest change of a logit is, when a feature is left out.
"""

import itertools
import json
import sys
import zlib
from pathlib import Path

import numpy as np

import safetensors
import weights
from configs_experts import CONFIGS
from forward import forward
from mutations import MUTATIONS

FOLDER = Path(__file__).parent
TOKENS = 10
SEEN = 1e-2
LEAD = 2e-3
DTYPES = {"bfloat16": "BF16", "float16": "F16"}


class Noted(dict):
    """Tensors that note which of them were read: one that is not is no part of the golden logits."""

    def __init__(self, tensors):
        super().__init__(tensors)
        self.read = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)


def stored(tensors, dtype):
    """What a reader of the file sees: the numbers after rounding to the stored type."""
    rounded = {}
    for name, x in tensors.items():
        kind = "U8" if x.dtype == np.uint8 else dtype
        rounded[name] = safetensors.from_bytes(safetensors.to_bytes(x, kind), kind, x.shape)
    return rounded


def attempt(name, seed):
    """(tokens, tensors, logits, effects by mutation, lead of the routers) of a seed."""
    config = CONFIGS[name]
    tensors = stored(weights.random(config, seed), DTYPES[config["torch_dtype"]])
    tokens = np.random.RandomState(seed + 1).randint(0, config["vocab_size"], TOKENS).tolist()
    noted = Noted(tensors)
    logits, lead = forward(config, noted, tokens)
    assert noted.read == set(tensors), sorted(set(tensors) - noted.read)
    effects = {}
    for feature, mutate in MUTATIONS[name].items():
        other_config, other_tensors, off = mutate(config, tensors)
        effects[feature] = np.abs(forward(other_config, other_tensors, tokens, off)[0] - logits).max()
    return tokens, tensors, logits, effects, lead


def accepted(name):
    """The first seed that shows everything."""
    for seed in itertools.count(zlib.crc32(name.encode()) % 100_000):
        made = attempt(name, seed)
        _, _, logits, effects, lead = made
        if min(effects.values()) > SEEN and (lead is None or lead > LEAD) and 2 < np.abs(logits).max() < 12:
            return seed, *made


def write_logits(path, tokens, logits):
    """One line a position, 7 significant digits."""
    rows = ",\n".join("[" + ",".join(str(float(f"{x:.7g}")) for x in row) + "]" for row in logits)
    path.write_text(f'{{"tokens":{json.dumps(tokens, separators=(",", ":"))},\n"logits":[\n{rows}\n]}}\n')


def make(name):
    config = CONFIGS[name]
    seed, tokens, tensors, logits, effects, lead = accepted(name)
    folder = FOLDER / name
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    safetensors.write(folder / "model.safetensors", tensors, DTYPES[config["torch_dtype"]])
    read = safetensors.read(folder / "model.safetensors")
    assert all(np.array_equal(read[at], tensors[at]) for at in tensors) and read.keys() == tensors.keys()
    write_logits(folder / "logits.json", tokens, logits)
    doubt = "" if lead is None else f", routers lead by {lead:.4f}"
    print(f"{name}: seed {seed}, logits {logits.min():.2f} to {logits.max():.2f} (std {logits.std():.2f}){doubt}")
    for feature, effect in effects.items():
        print(f"  {effect:8.4f}  {feature}")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or CONFIGS:
        make(wanted)
