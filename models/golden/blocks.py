"""What the architectures share, in float64: norms, activations, linear layers, rotation and attention.

`off` is a set of names of features to leave out or to do wrongly; it is empty for the golden logits, and the mutation
table of make.py goes through the names.
"""

import numpy as np


def rms_norm(x, weight, eps):
    """`LlamaRMSNorm`: x over the root of the mean square of its last axis, eps under the root, times the weight."""
    return weight * x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps)


def layer_norm(x, weight, bias, eps):
    """`torch.nn.LayerNorm`: the variance is the biased one."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(np.mean(centred * centred, axis=-1, keepdims=True) + eps) * weight + bias


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def silu(x):
    return x * sigmoid(x)


def gelu_new(x):
    """`NewGELUActivation`: the approximation with tanh."""
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def linear(t, name, x):
    """`torch.nn.Linear`: weight [out, in]; a bias where the checkpoint has one."""
    y = x @ t[name + ".weight"].T
    return y + t[name + ".bias"] if name + ".bias" in t else y


def conv1d(t, name, x):
    """GPT-2's `Conv1D`: weight [in, out], always with a bias."""
    return x @ t[name + ".weight"] + t[name + ".bias"]


def heads(x, count):
    """[tokens, count * d] to [count, tokens, d]."""
    return x.reshape(x.shape[0], count, -1).transpose(1, 0, 2)


def rotate(x, cos, sin, off=frozenset()):
    """`apply_rotary_pos_emb`: element i of the first half turns with i of the second. cos, sin: [tokens, d / 2]."""
    if "rope" in off:
        return x
    if "rope: halves" in off:
        even, odd = x[..., 0::2], x[..., 1::2]
        return np.stack([even * cos - odd * sin, odd * cos + even * sin], axis=-1).reshape(x.shape)
    a, b = np.split(x, 2, axis=-1)
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)


def attention(q, k, v, scale, window=None, sinks=None, off=frozenset()):
    """Causal: q [heads, tokens, d], k [kv heads, tokens, d], v [kv heads, tokens, dv]; [tokens, heads * dv].

    Query head h reads kv head h // (heads / kv heads) (`repeat_kv`). A window of w lets a token see itself and the
    w - 1 before it. A sink is one more score a head, which takes its share of the softmax and has no value
    (`GptOssAttention`).
    """
    groups = q.shape[0] // k.shape[0]
    if "grouping of heads" in off:
        k, v = np.tile(k, (groups, 1, 1)), np.tile(v, (groups, 1, 1))
    else:
        k, v = np.repeat(k, groups, axis=0), np.repeat(v, groups, axis=0)
    scores = q @ k.transpose(0, 2, 1) * scale
    behind = np.arange(q.shape[1])[:, None] - np.arange(k.shape[1])[None, :]
    seen = behind >= 0
    if window is not None and "window" not in off:
        seen = seen & (behind < window)
    scores = np.where(seen, scores, -np.inf)
    if sinks is None or "sinks" in off:
        weights = softmax(scores)
    else:
        column = np.broadcast_to(sinks[:, None, None], scores.shape[:2] + (1,))
        weights = softmax(np.concatenate([scores, column], axis=-1))[..., :-1]
    mixed = weights @ v
    return mixed.transpose(1, 0, 2).reshape(q.shape[1], -1)
