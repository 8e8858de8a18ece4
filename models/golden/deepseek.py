"""DeepSeek-V2 in float64, after DeepSeek's own modeling_deepseek.py."""

import numpy as np

import rope
from blocks import attention, heads, linear, rms_norm, rotate
from experts import gated, mixture


def mla(config, t, name, x, table, off):
    """Multi-head latent attention (`DeepseekV2Attention` of DeepSeek's own modeling_deepseek.py)."""
    count, eps = config["num_attention_heads"], 1e-6  # the inner norms keep their class's eps, not the config's
    nope, turned, latent = config["qk_nope_head_dim"], config["qk_rope_head_dim"], config["kv_lora_rank"]
    if config["q_lora_rank"] is None:
        q = linear(t, f"{name}.q_proj", x)
    else:
        q = linear(t, f"{name}.q_a_proj", x)
        if "norm of latent q" not in off:
            q = rms_norm(q, t[f"{name}.q_a_layernorm.weight"], eps)
        q = linear(t, f"{name}.q_b_proj", q)
    q = heads(q, count)
    compressed = linear(t, f"{name}.kv_a_proj_with_mqa", x)
    kv, k_turned = compressed[:, :latent], compressed[:, latent:]
    if "norm of latent kv" not in off:
        kv = rms_norm(kv, t[f"{name}.kv_a_layernorm.weight"], eps)
    kv = heads(linear(t, f"{name}.kv_b_proj", kv), count)
    k_nope, v = kv[..., :nope], kv[..., nope:]

    def turn(part):
        """Neighbouring elements are the pairs: they are brought into halves first."""
        if "rope: neighbours" not in off:
            part = np.concatenate([part[..., 0::2], part[..., 1::2]], axis=-1)
        return rotate(part, *table, off)

    q = np.concatenate([q[..., :nope], turn(q[..., nope:])], axis=-1)
    k_turned = np.broadcast_to(turn(k_turned[None]), (count, len(x), turned))
    k = np.concatenate([k_nope, k_turned], axis=-1)
    scale = (nope + turned) ** -0.5
    scaling = config["rope_scaling"]
    if scaling is not None and scaling.get("mscale_all_dim") and "mscale in the scale" not in off:
        scale *= rope.yarn_mscale(scaling["factor"], scaling["mscale_all_dim"]) ** 2
    return linear(t, f"{name}.o_proj", attention(q, k, v, scale, off=off))


def deepseek_v2(config, t, tokens, gaps, off):
    eps = config["rms_norm_eps"]
    table = rope.table(config, config["qk_rope_head_dim"], len(tokens), off)
    h = t["model.embed_tokens.weight"][tokens]
    for layer in range(config["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        x = rms_norm(h, t[f"{name}.input_layernorm.weight"], eps)
        h = h + mla(config, t, f"{name}.self_attn", x, table, off)
        x = rms_norm(h, t[f"{name}.post_attention_layernorm.weight"], eps)
        sparse = layer >= config["first_k_dense_replace"] and layer % config["moe_layer_freq"] == 0
        h = h + (mixture(config, t, f"{name}.mlp", x, gaps, off) if sparse else gated(t, f"{name}.mlp", x))
    return rms_norm(h, t["model.norm.weight"], eps) @ t["lm_head.weight"].T
