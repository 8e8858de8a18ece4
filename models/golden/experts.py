"""Mixtures of experts: which experts a token goes to, with which weights, and their sum."""

import numpy as np

from blocks import linear, sigmoid, silu, softmax


def best(scores, count, gaps):
    """Indices of the `count` largest of a row, and notes how far the last taken is ahead of the first left out."""
    order = np.argsort(-scores, kind="stable")
    if count < len(scores):
        gaps.append(scores[order[count - 1]] - scores[order[count]])
    return order[:count]


def route(config, logits, gaps, off):
    """Router logits [tokens, experts] to weights [tokens, experts], 0 for those not chosen.

    Probabilities are compared even where a model compares logits: the order is the same.
    """
    kind = config["model_type"]
    count = config.get("num_experts_per_tok")
    weights = np.zeros_like(logits)
    for row, probabilities in enumerate(softmax(logits)):
        if config.get("topk_method") == "group_limited_greedy":
            grouped = probabilities.reshape(config["n_group"], -1)
            kept = best(grouped.max(axis=-1), config["topk_group"], gaps)
            masked = np.zeros_like(grouped)
            masked[kept] = grouped[kept]
            probabilities = masked.reshape(-1)
        chosen = best(probabilities, count, gaps)
        if kind in ("granitemoe", "gpt_oss") and "softmax over the chosen" not in off:
            weights[row, chosen] = softmax(logits[row, chosen])
            continue
        taken = probabilities[chosen]
        if (kind == "mixtral" and "weights renormalised" not in off) or config.get("norm_topk_prob"):
            taken = taken / taken.sum()
        elif kind == "deepseek_v2":
            taken = taken * config["routed_scaling_factor"]
        weights[row, chosen] = taken
    return weights


def gated(t, name, x, gate="gate_proj", up="up_proj", down="down_proj"):
    """silu(gate(x)) * up(x), projected down; biases where the checkpoint has them."""
    return linear(t, f"{name}.{down}", silu(linear(t, f"{name}.{gate}", x)) * linear(t, f"{name}.{up}", x))


def packed(t, name, expert, x, off):
    """`GraniteMoeParallelExperts`: input_linear [experts, 2 * inner, hidden], the gate's rows before the others."""
    gate, up = np.split(x @ t[f"{name}.input_linear.weight"][expert].T, 2, axis=-1)
    if "gate rows first" in off:
        gate, up = up, gate
    return (silu(gate) * up) @ t[f"{name}.output_linear.weight"][expert].T


def mixture(config, t, name, x, gaps, off):
    """The feed forward part of a layer with experts; name is the tensors' prefix in front of router and experts."""
    kind = config["model_type"]
    router = f"{name}.router.layer" if kind == "granitemoe" else f"{name}.gate"
    weights = route(config, linear(t, router, x), gaps, off)
    total = np.zeros_like(x)
    for expert in range(weights.shape[1]):
        if kind == "granitemoe":
            y = packed(t, name, expert, x, off)
        elif kind == "mixtral":
            y = gated(t, f"{name}.experts.{expert}", x, "w1", "w3", "w2")
        else:
            y = gated(t, f"{name}.experts.{expert}", x)
        total += weights[:, expert : expert + 1] * y
    if kind == "qwen2_moe" and "shared expert" not in off:
        share = 1.0 if "gate of the shared expert" in off else sigmoid(linear(t, f"{name}.shared_expert_gate", x))
        total += share * gated(t, f"{name}.shared_expert", x)
    if kind == "deepseek_v2" and "shared experts" not in off:
        total += gated(t, f"{name}.shared_experts", x)
    return total
