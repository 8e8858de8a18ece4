"""Ways to get an architecture wrong that must be seen in the logits.

A mutation is a function from (config, tensors) to (config, tensors, names of what the forward leaves out).
"""

import re

import numpy as np


def without(feature):
    """The forward leaves a feature out, or does it wrongly."""
    return lambda config, tensors: (config, tensors, frozenset([feature]))


def changed(**keys):
    """The config says something else."""
    return lambda config, tensors: ({**config, **keys}, tensors, frozenset())


def scaled(**keys):
    """The config's rope_scaling says something else."""

    def mutate(config, tensors):
        return {**config, "rope_scaling": {**config["rope_scaling"], **keys}}, tensors, frozenset()

    return mutate


def filled(pattern, value):
    """Tensors whose names match hold one number throughout: 0 for biases left out, 1 for norms' weights."""

    def mutate(config, tensors):
        assert any(re.search(pattern, name) for name in tensors), pattern
        new = {name: np.full_like(x, value) if re.search(pattern, name) else x for name, x in tensors.items()}
        return config, new, frozenset()

    return mutate


def swapped(first, second):
    """Tensors change places: gate for up, say."""

    def other(name):
        return name.replace(first, second) if first in name else name.replace(second, first)

    def mutate(config, tensors):
        assert any(first in name for name in tensors), first
        return config, {name: tensors[other(name)] for name in tensors}, frozenset()

    return mutate


def biases(*parts):
    """One mutation for the biases of each part."""
    return {f"bias of {part}": filled(rf"{part}[._]bias", 0) for part in parts}


ROTARY = {
    "norms' weights": filled(r"(layernorm|model\.norm)\.weight", 1),
    "rotation": without("rope"),
    "rotation in halves": without("rope: halves"),
    "rope_theta": changed(rope_theta=500.0),
}
UNSCALED = {"rope_scaling": changed(rope_scaling=None)}
STRETCH = {"factor of cos and sin": without("factor of cos and sin")}
GATE_AND_UP = {"gate and up": swapped(".gate_proj.", ".up_proj.")}
GROUPED = {"grouping of heads": without("grouping of heads")}
DENSE = {**ROTARY, **GATE_AND_UP}
QKV = biases("q_proj", "k_proj", "v_proj")
QK_NORM = {
    "norm of q and k": without("norm of q and k"),
    "weight of q's norm": filled(r"q_norm", 1.5),
    "weight of k's norm": filled(r"k_norm", 1.5),
}
ONE_EXPERT = {"num_experts_per_tok": changed(num_experts_per_tok=1)}
NOT_RENORMALISED = {"weights left as they are": changed(norm_topk_prob=True)}
OLMOE = {**ROTARY, **QK_NORM, **NOT_RENORMALISED, **GATE_AND_UP, **ONE_EXPERT}
LEARNED = {
    "norms' weights": filled(r"ln_\w+\.weight", 1),
    "norms' biases": filled(r"ln_\w+\.bias", 0),
    "positions": without("positions"),
    "gelu_new (relu instead)": without("gelu_new"),
}
DEEPSEEK = {
    **ROTARY,
    **UNSCALED,
    "yarn's frequencies": scaled(original_max_position_embeddings=4096),
    "rotation of neighbours": without("rope: neighbours"),
    "mscale in the scale": without("mscale in the scale"),
    "norm of latent kv": without("norm of latent kv"),
    "shared experts": without("shared experts"),
    **GATE_AND_UP,
    **NOT_RENORMALISED,
    **ONE_EXPERT,
}
GPT_OSS = {
    **ROTARY,
    **GROUPED,
    **UNSCALED,
    **STRETCH,
    "truncate": scaled(truncate=True),
    "sinks": without("sinks"),
    "window": without("window"),
    "window one shorter": changed(sliding_window=3),
    "window one longer": changed(sliding_window=5),
    "layers the other way round": changed(layer_types=["full_attention", "sliding_attention"]),
    "clamp": without("clamp"),
    "clamp of up from above": without("clamp of up from above"),
    "alpha": without("alpha"),
    "up + 1": without("up + 1"),
    "gate and up interleaved": without("gate and up interleaved"),
    "softmax over the chosen": without("softmax over the chosen"),
    **ONE_EXPERT,
    **QKV,
    **biases("o_proj", "router", "gate_up_proj", "down_proj"),
}
LFM2 = {
    **ROTARY,
    "norms' weights": filled(r"(operator|ffn|embedding)_norm\.weight", 1),
    **GROUPED,
    "norm of q and k": without("norm of q and k"),
    "weight of q's norm": filled(r"q_layernorm", 1.5),
    "weight of k's norm": filled(r"k_layernorm", 1.5),
    "w1 and w3": swapped(".w1.", ".w3."),
    "order of b and c": without("order of b and c"),
    "order of c and x": without("order of c and x"),
    "gate before": without("gate before"),
    "gate after": without("gate after"),
    "order of the kernel": without("order of the kernel"),
    "oldest position": without("oldest position"),
}

MUTATIONS = {
    "llama": {**DENSE, **GROUPED},
    "llama_bias": {**DENSE, **GROUPED, **QKV, **biases("o_proj", "gate_proj", "up_proj", "down_proj")},
    "llama_linear": {**DENSE, **UNSCALED},
    "llama_rope_llama3": {
        **DENSE,
        **UNSCALED,
        "linear instead": scaled(rope_type="linear"),
        "no middle band": scaled(high_freq_factor=1.001),
    },
    "llama_yarn": {
        **DENSE,
        **UNSCALED,
        **STRETCH,
        "original length": scaled(original_max_position_embeddings=256),
        "truncated bounds": scaled(truncate=False),
    },
    "qwen2": {**DENSE, **GROUPED, **QKV},
    "qwen3": {**DENSE, **GROUPED, **QK_NORM},
    "qwen3_moe": {
        **DENSE,
        **GROUPED,
        **QK_NORM,
        "weights renormalised": changed(norm_topk_prob=False),
        **ONE_EXPERT,
    },
    "qwen2_moe": {
        **DENSE,
        **GROUPED,
        **QKV,
        **NOT_RENORMALISED,
        "shared expert": without("shared expert"),
        "gate of the shared expert": without("gate of the shared expert"),
        **ONE_EXPERT,
    },
    "gpt2": {
        **LEARNED,
        "scaled scores": without("scores scaled"),
        **biases("c_attn", r"attn\.c_proj", "c_fc", r"mlp\.c_proj"),
    },
    "gpt_neo": {
        **LEARNED,
        "unscaled scores": without("scores unscaled"),
        "window": without("window"),
        "window one shorter": changed(window_size=3),
        "window one longer": changed(window_size=5),
        "layers the other way round": changed(attention_types=[[["local", "global"], 1]]),
        **biases("out_proj", "c_fc", "c_proj"),
    },
    "mixtral": {
        **ROTARY,
        **GROUPED,
        "weights renormalised": without("weights renormalised"),
        "w1 and w3": swapped(".w1.", ".w3."),
        **ONE_EXPERT,
    },
    "olmoe": OLMOE,
    "olmoe_clip": {**OLMOE, **GROUPED, "clip_qkv": changed(clip_qkv=None)},
    "granitemoe": {
        **ROTARY,
        **GROUPED,
        "attention_multiplier": changed(attention_multiplier=8**-0.5),
        "embedding_multiplier": changed(embedding_multiplier=1.0),
        "residual_multiplier": changed(residual_multiplier=1.0),
        "logits_scaling": changed(logits_scaling=1.0),
        "gate and up": without("gate rows first"),
        "softmax over the chosen": without("softmax over the chosen"),
        **ONE_EXPERT,
    },
    "deepseek_v2_lite": DEEPSEEK,
    "deepseek_v2": {
        **DEEPSEEK,
        **STRETCH,
        "norm of latent q": without("norm of latent q"),
        "groups": changed(topk_method="greedy"),
        "routed_scaling_factor": changed(routed_scaling_factor=1.0),
    },
    "gpt_oss": GPT_OSS,
    "lfm2": {**LFM2, **biases("in_proj", r"conv\.conv", "out_proj")},
    "lfm2_moe": {
        **LFM2,
        "sigmoid": without("sigmoid"),
        "expert_bias": without("expert_bias"),
        "scores without expert_bias": without("scores without expert_bias"),
        "weights renormalised": changed(norm_topk_prob=False),
        "routed_scaling_factor": changed(routed_scaling_factor=1.0),
        **ONE_EXPERT,
    },
    "gpt_oss_mxfp4": {**GPT_OSS, "lower nibble first": without("lower nibble first"), "scales": without("scales")},
}
