"""Forward passes in float64, from the config and the tensors of a checkpoint to logits: Llama's and GPT's families."""

import numpy as np

import rope
from blocks import attention, conv1d, gelu_new, heads, layer_norm, linear, rms_norm, rotate
from deepseek import deepseek_v2
from experts import gated, mixture
from gpt_oss import gpt_oss
from lfm2 import lfm2


def llama_attention(config, t, name, x, table, off):
    """Attention of Llama and its kin: biases by the checkpoint, norms of queries and keys by the type."""
    kind, eps = config["model_type"], config["rms_norm_eps"]
    count, kv_count = config["num_attention_heads"], config["num_key_value_heads"]
    q, k, v = (linear(t, f"{name}.{part}_proj", x) for part in "qkv")
    if kind == "olmoe":
        if "norm of q and k" not in off:
            q, k = rms_norm(q, t[f"{name}.q_norm.weight"], eps), rms_norm(k, t[f"{name}.k_norm.weight"], eps)
        if config["clip_qkv"] is not None:
            q, k, v = (np.clip(part, -config["clip_qkv"], config["clip_qkv"]) for part in (q, k, v))
    q, k, v = heads(q, count), heads(k, kv_count), heads(v, kv_count)
    if kind in ("qwen3", "qwen3_moe") and "norm of q and k" not in off:
        q, k = rms_norm(q, t[f"{name}.q_norm.weight"], eps), rms_norm(k, t[f"{name}.k_norm.weight"], eps)
    q, k = rotate(q, *table, off), rotate(k, *table, off)
    scale = config["attention_multiplier"] if kind == "granitemoe" else q.shape[-1] ** -0.5
    return linear(t, f"{name}.o_proj", attention(q, k, v, scale, off=off))


def llama_feed_forward(config, t, layer, x, gaps, off):
    """A gated unit or experts, by type and layer."""
    kind, name = config["model_type"], f"model.layers.{layer}"
    if kind in ("mixtral", "granitemoe"):
        return mixture(config, t, f"{name}.block_sparse_moe", x, gaps, off)
    sparse = kind == "olmoe"
    if kind in ("qwen2_moe", "qwen3_moe"):
        sparse = layer not in config["mlp_only_layers"] and (layer + 1) % config["decoder_sparse_step"] == 0
    if sparse:
        return mixture(config, t, f"{name}.mlp", x, gaps, off)
    return gated(t, f"{name}.mlp", x)


def llama(config, t, tokens, gaps, off):
    """llama, qwen2, qwen3, mixtral, olmoe, qwen2_moe, qwen3_moe and granitemoe."""
    eps = config["rms_norm_eps"]
    size = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    table = rope.table(config, size, len(tokens), off)
    residual = config.get("residual_multiplier", 1.0)
    h = t["model.embed_tokens.weight"][tokens] * config.get("embedding_multiplier", 1.0)
    for layer in range(config["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        x = rms_norm(h, t[f"{name}.input_layernorm.weight"], eps)
        h = h + residual * llama_attention(config, t, f"{name}.self_attn", x, table, off)
        x = rms_norm(h, t[f"{name}.post_attention_layernorm.weight"], eps)
        h = h + residual * llama_feed_forward(config, t, layer, x, gaps, off)
    h = rms_norm(h, t["model.norm.weight"], eps)
    head = t["model.embed_tokens.weight"] if config["tie_word_embeddings"] else t["lm_head.weight"]
    return h @ head.T / config.get("logits_scaling", 1.0)


def gpt(config, t, tokens, gaps, off):
    """gpt2 and gpt_neo: learned positions, norms with a bias, one activation; the head is the embedding."""
    neo, eps = config["model_type"] == "gpt_neo", config["layer_norm_epsilon"]
    layers, count = config["num_layers" if neo else "n_layer"], config["num_heads" if neo else "n_head"]
    project = linear if neo else conv1d
    kinds = [kind for types, times in config.get("attention_types", []) for _ in range(times) for kind in types]

    def norm(name, x):
        return layer_norm(x, t[f"{name}.weight"], t[f"{name}.bias"], eps)

    h = t["transformer.wte.weight"][tokens]
    if "positions" not in off:
        h = h + t["transformer.wpe.weight"][: len(tokens)]
    for layer in range(layers):
        name = f"transformer.h.{layer}"
        x = norm(f"{name}.ln_1", h)
        if neo:
            q, k, v = (heads(linear(t, f"{name}.attn.attention.{part}_proj", x), count) for part in "qkv")
            window = config["window_size"] if kinds[layer] == "local" else None
            scale = q.shape[-1] ** -0.5 if "scores unscaled" in off else 1.0
            h = h + linear(t, f"{name}.attn.attention.out_proj", attention(q, k, v, scale, window, off=off))
        else:
            q, k, v = (heads(part, count) for part in np.split(conv1d(t, f"{name}.attn.c_attn", x), 3, axis=-1))
            scale = 1.0 if "scores scaled" in off else q.shape[-1] ** -0.5
            h = h + conv1d(t, f"{name}.attn.c_proj", attention(q, k, v, scale, off=off))
        x = project(t, f"{name}.mlp.c_fc", norm(f"{name}.ln_2", h))
        h = h + project(t, f"{name}.mlp.c_proj", np.maximum(x, 0) if "gelu_new" in off else gelu_new(x))
    return norm("transformer.ln_f", h) @ t["transformer.wte.weight"].T


FAMILIES = {"gpt2": gpt, "gpt_neo": gpt, "deepseek_v2": deepseek_v2, "gpt_oss": gpt_oss, "lfm2": lfm2, "lfm2_moe": lfm2}


def forward(config, tensors, tokens, off=frozenset()):
    """(logits [tokens, vocab], the smallest lead in probability of a chosen expert over one left out, if any)."""
    gaps = []
    logits = FAMILIES.get(config["model_type"], llama)(config, tensors, np.array(tokens), gaps, off)
    return logits, min(gaps, default=None)
