"""gpt-oss in float64, its experts dense or in MXFP4."""

import numpy as np

import rope
from blocks import attention, heads, linear, rms_norm, rotate, sigmoid
from experts import route

FP4 = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, -0.0, -0.5, -1.0, -1.5, -2.0, -3.0, -4.0, -6.0])


def mxfp4(blocks, scales, off=frozenset()):
    """Blocks [..., groups, 16] of 32 E2M1 numbers, lower nibble first, times 2^(scale - 127): [..., groups * 32]."""
    pair = (blocks >> 4, blocks & 15) if "lower nibble first" in off else (blocks & 15, blocks >> 4)
    numbers = FP4[np.stack(pair, axis=-1)].reshape(*blocks.shape[:-1], 32)
    power = 0 if "scales" in off else scales.astype(np.int64)[..., None] - 127
    return (numbers * np.exp2(power)).reshape(*blocks.shape[:-2], -1)


def gpt_oss_matrix(t, name, off):
    """[experts, in, out]: stored so, or as MXFP4 blocks along the input of [experts, out, in]."""
    if name in t:
        return t[name]
    return mxfp4(t[f"{name}_blocks"], t[f"{name}_scales"], off).transpose(0, 2, 1)


def gpt_oss_experts(config, t, name, x, gaps, off):
    """`GptOssMLP`: gate and up are the even and odd columns, clamped; (up + 1) * gate * sigmoid(1.702 * gate)."""
    weights = route(config, linear(t, f"{name}.router", x), gaps, off)
    gate_up = gpt_oss_matrix(t, f"{name}.experts.gate_up_proj", off)
    down = gpt_oss_matrix(t, f"{name}.experts.down_proj", off)
    limit = np.inf if "clamp" in off else config["swiglu_limit"]
    total = np.zeros_like(x)
    for expert in range(weights.shape[1]):
        both = x @ gate_up[expert] + t[f"{name}.experts.gate_up_proj_bias"][expert]
        gate, up = np.split(both, 2, axis=-1) if "gate and up interleaved" in off else (both[:, 0::2], both[:, 1::2])
        gate = np.minimum(gate, limit)
        up = np.maximum(up, -limit) if "clamp of up from above" in off else np.clip(up, -limit, limit)
        alpha, plus = (1.0 if "alpha" in off else 1.702), (0.0 if "up + 1" in off else 1.0)
        y = (up + plus) * gate * sigmoid(alpha * gate)
        total += weights[:, expert : expert + 1] * (y @ down[expert] + t[f"{name}.experts.down_proj_bias"][expert])
    return total


def gpt_oss(config, t, tokens, gaps, off):
    eps = config["rms_norm_eps"]
    table = rope.table(config, config["head_dim"], len(tokens), off)
    h = t["model.embed_tokens.weight"][tokens]
    for layer in range(config["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        x = rms_norm(h, t[f"{name}.input_layernorm.weight"], eps)
        q, k, v = (linear(t, f"{name}.self_attn.{part}_proj", x) for part in "qkv")
        q, k = heads(q, config["num_attention_heads"]), heads(k, config["num_key_value_heads"])
        q, k, v = rotate(q, *table, off), rotate(k, *table, off), heads(v, config["num_key_value_heads"])
        window = config["sliding_window"] if config["layer_types"][layer] == "sliding_attention" else None
        sinks = t[f"{name}.self_attn.sinks"]
        mixed = attention(q, k, v, config["head_dim"] ** -0.5, window, sinks, off)
        h = h + linear(t, f"{name}.self_attn.o_proj", mixed)
        x = rms_norm(h, t[f"{name}.post_attention_layernorm.weight"], eps)
        h = h + gpt_oss_experts(config, t, f"{name}.mlp", x, gaps, off)
    return rms_norm(h, t["model.norm.weight"], eps) @ t["lm_head.weight"].T
