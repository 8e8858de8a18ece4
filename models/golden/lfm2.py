"""LFM2 in float64, dense or with experts: `Lfm2ForCausalLM` and `Lfm2MoeForCausalLM`."""

import numpy as np

import rope
from blocks import attention, heads, linear, rms_norm, rotate, sigmoid, softmax
from experts import best, gated


def has_attention(config, layer):
    """By `layer_types`, or in the first configs by `full_attn_idxs`."""
    if "layer_types" in config:
        return config["layer_types"][layer] == "full_attention"
    return layer in config["full_attn_idxs"]


def width(config):
    """`Lfm2MLP`: the stated width is that of two matrices that were to do the work of these three."""
    stated = config.get("block_ff_dim", config.get("intermediate_size"))
    if not config.get("block_auto_adjust_ff_dim", False):
        return stated
    multiple = config["block_multiple_of"]
    wanted = int(config["block_ffn_dim_multiplier"] * int(2 * stated / 3))
    return multiple * ((wanted + multiple - 1) // multiple)


def short_conv(config, t, name, x, off):
    """`Lfm2ShortConv`: a token's channel is the sum of the last conv_L_cache of b * x, the last weight being its own."""
    b, c, x = np.split(linear(t, f"{name}.in_proj", x), 3, axis=-1)
    if "order of b and c" in off:
        b, c = c, b
    if "order of c and x" in off:
        c, x = x, c
    if "gate before" not in off:
        x = b * x
    kernel = t[f"{name}.conv.weight"][:, 0, :]
    if "order of the kernel" in off:
        kernel = kernel[:, ::-1]
    length = config["conv_L_cache"]
    y = np.zeros_like(x)
    for ago in range(length - 1 if "oldest position" in off else length):
        y[ago:] += x[: len(x) - ago] * kernel[:, length - 1 - ago]
    if f"{name}.conv.bias" in t:
        y = y + t[f"{name}.conv.bias"]
    return linear(t, f"{name}.out_proj", y if "gate after" in off else c * y)


def lfm2_attention(config, t, name, x, table, off):
    """`Lfm2Attention`: a norm on each query and key head, before the rotation."""
    q, k, v = (linear(t, f"{name}.{part}_proj", x) for part in "qkv")
    q, k = heads(q, config["num_attention_heads"]), heads(k, config["num_key_value_heads"])
    v = heads(v, config["num_key_value_heads"])
    if "norm of q and k" not in off:
        q = rms_norm(q, t[f"{name}.q_layernorm.weight"], config["norm_eps"])
        k = rms_norm(k, t[f"{name}.k_layernorm.weight"], config["norm_eps"])
    q, k = rotate(q, *table, off), rotate(k, *table, off)
    return linear(t, f"{name}.out_proj", attention(q, k, v, q.shape[-1] ** -0.5, off=off))


def lfm2_experts(config, t, name, x, gaps, off):
    """`Lfm2MoeSparseMoeBlock`: sigmoids; the bias has a say in the choice, not in the weights."""
    logits = linear(t, f"{name}.gate", x)
    scores = softmax(logits) if "sigmoid" in off else sigmoid(logits)
    biased = scores if "expert_bias" in off else scores + t[f"{name}.expert_bias"]
    weights = np.zeros_like(logits)
    for row in range(len(x)):
        chosen = best(biased[row], config["num_experts_per_tok"], gaps)
        taken = (biased if "scores without expert_bias" in off else scores)[row, chosen]
        if config["norm_topk_prob"]:
            taken = taken / (taken.sum() + 1e-6)
        weights[row, chosen] = taken * config["routed_scaling_factor"]
    return sum(
        weights[:, expert : expert + 1] * gated(t, f"{name}.experts.{expert}", x, "w1", "w3", "w2")
        for expert in range(config["num_experts"])
    )


def lfm2(config, t, tokens, gaps, off):
    eps = config["norm_eps"]
    table = rope.table(config, config["hidden_size"] // config["num_attention_heads"], len(tokens), off)
    h = t["model.embed_tokens.weight"][tokens]
    for layer in range(config["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        x = rms_norm(h, t[f"{name}.operator_norm.weight"], eps)
        if has_attention(config, layer):
            h = h + lfm2_attention(config, t, f"{name}.self_attn", x, table, off)
        else:
            h = h + short_conv(config, t, f"{name}.conv", x, off)
        x = rms_norm(h, t[f"{name}.ffn_norm.weight"], eps)
        if layer < config.get("num_dense_layers", config["num_hidden_layers"]):
            h = h + gated(t, f"{name}.feed_forward", x, "w1", "w3", "w2")
        else:
            h = h + lfm2_experts(config, t, f"{name}.feed_forward", x, gaps, off)
    h = rms_norm(h, t["model.embedding_norm.weight"], eps)
    return h @ t["lm_head.weight" if "lm_head.weight" in t else "model.embed_tokens.weight"].T
