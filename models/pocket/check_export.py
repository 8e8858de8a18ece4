"""Reads an exported model back with numpy alone and compares it with train.py's model.

    python check_export.py pocket-dense-s ...

The forward pass below knows the Hugging Face tensor names and config keys, nothing of train.py: it would notice a
transposed matrix, a wrong rotary convention or a renormalised router. Both sides compute in float32.
"""

import json
import sys

import numpy as np
import torch

import recipe
import train

SAMPLE = 40  # questions of each task that both sides answer


def normalised(x, weight, eps):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + eps) * weight


def softmax(x):
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def swiglu(x, tensors, prefix):
    gate, up, down = (tensors[f"{prefix}.{name}_proj.weight"] for name in ("gate", "up", "down"))
    gated = x @ gate.T
    return (gated / (1 + np.exp(-gated)) * (x @ up.T)) @ down.T


def feed_forward(x, tensors, prefix, config):
    if config["model_type"] == "qwen3":
        return swiglu(x, tensors, prefix)
    shares = softmax(x @ tensors[f"{prefix}.gate.weight"].T)
    output = np.zeros_like(x)
    for position, row in enumerate(shares):
        for expert in np.argsort(-row, kind="stable")[: config["num_experts_per_tok"]]:
            output[position] += row[expert] * swiglu(x[position], tensors, f"{prefix}.experts.{expert}")
    return output


def attend(x, tensors, prefix, config):
    length, size, eps = len(x), config["head_dim"], config["rms_norm_eps"]
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    angles = np.outer(np.arange(length), config["rope_theta"] ** (-np.arange(0, size, 2) / size))
    cos, sin = np.cos(angles), np.sin(angles)

    def rotated(name, count):
        vectors = (x @ tensors[f"{prefix}.{name}_proj.weight"].T).reshape(length, count, size)
        vectors = normalised(vectors, tensors[f"{prefix}.{name}_norm.weight"], eps)
        left, right = vectors[..., : size // 2], vectors[..., size // 2 :]
        turn = [left * cos[:, None] - right * sin[:, None], right * cos[:, None] + left * sin[:, None]]
        return np.concatenate(turn, -1)

    q, k = rotated("q", heads), rotated("k", kv_heads)
    v = (x @ tensors[f"{prefix}.v_proj.weight"].T).reshape(length, kv_heads, size)
    mixed = np.empty((length, heads, size))
    for head in range(heads):
        shared = head * kv_heads // heads
        scores = q[:, head] @ k[:, shared].T / np.sqrt(size)
        scores[np.triu_indices(length, 1)] = -np.inf
        mixed[:, head] = softmax(scores) @ v[:, shared]
    return mixed.reshape(length, -1) @ tensors[f"{prefix}.o_proj.weight"].T


def forward(ids, tensors, config):
    """Logits of one sequence at every position."""
    eps = config["rms_norm_eps"]
    x = tensors["model.embed_tokens.weight"][ids]
    for index in range(config["num_hidden_layers"]):
        layer = f"model.layers.{index}"
        read = normalised(x, tensors[f"{layer}.input_layernorm.weight"], eps)
        x = x + attend(read, tensors, f"{layer}.self_attn", config)
        read = normalised(x, tensors[f"{layer}.post_attention_layernorm.weight"], eps)
        x = x + feed_forward(read, tensors, f"{layer}.mlp", config)
    return normalised(x, tensors["model.norm.weight"], eps) @ tensors["model.embed_tokens.weight"].T


def check(model_id):
    folder = train.HERE / model_id
    config = json.loads((folder / "config.json").read_text())
    tensors = train.read_safetensors(folder / "model.safetensors")
    tokenizer, trained = recipe.load_tokenizer(folder), train.load_exported(model_id)

    def independent(batch):
        logits = [forward(ids, tensors, config) for ids in batch.tolist()]
        return torch.tensor(np.stack(logits), dtype=torch.float32), 0.0

    text = (train.HERE / "sample.txt").read_text().split(recipe.bpe.END)[:8]
    ids = torch.tensor([[recipe.bpe.END_ID, *tokenizer.encode("".join(text))][:256]])
    with torch.no_grad():
        difference = (independent(ids)[0] - trained(ids)[0]).abs().max().item()
    assert difference < 1e-2, f"{model_id}: logits differ by {difference}"
    for task in recipe.TASK_SHEETS:
        ours, theirs = (train.accuracy(model, tokenizer, task, SAMPLE) for model in (independent, trained))
        assert ours == theirs, f"{model_id}: {task} is {ours} in numpy, {theirs} in torch"
    print(f"{model_id}: largest logit difference {difference:.1e}, accuracies equal on {SAMPLE} questions of each task")


if __name__ == "__main__":
    for model_id in sys.argv[1:]:
        check(model_id)
