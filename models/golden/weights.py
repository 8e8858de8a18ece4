"""Random tensors for a config, under the names and in the layouts of its checkpoints.

Sizes are chosen for what they do, not for what training gives: sharp attention, branches as large as the stream they
are added to, decided routers. Biases are not zero and norms' weights not one: none of them can be left out unseen.
"""

import numpy as np

from lfm2 import has_attention, width


def matrix(rng, outputs, inputs, gain=1.0):
    """[out, in] with outputs of about `gain` for inputs of size 1."""
    return rng.standard_normal((outputs, inputs)) * gain / np.sqrt(inputs)


def around_one(rng, size):
    return 1 + 0.3 * rng.standard_normal(size)


def bias(rng, *shape):
    return 0.4 * rng.standard_normal(shape)


def gated(rng, t, name, hidden, inner, biased=False, names=("gate_proj", "up_proj", "down_proj"), gain=2.0):
    for part, outputs, inputs in zip(names, (inner, inner, hidden), (hidden, hidden, inner)):
        t[f"{name}.{part}.weight"] = matrix(rng, outputs, inputs, gain)
        if biased:
            t[f"{name}.{part}.bias"] = bias(rng, outputs)


def llama_attention(c, rng, t, name):
    kind, hidden = c["model_type"], c["hidden_size"]
    size = c.get("head_dim") or hidden // c["num_attention_heads"]
    q, kv = c["num_attention_heads"] * size, c["num_key_value_heads"] * size
    biased = kind in ("qwen2", "qwen2_moe") or c.get("attention_bias", False)
    for part, outputs, gain in (("q", q, 1.6), ("k", kv, 1.6), ("v", kv, 1.0)):
        t[f"{name}.{part}_proj.weight"] = matrix(rng, outputs, hidden, gain)
        if biased:
            t[f"{name}.{part}_proj.bias"] = bias(rng, outputs)
    t[f"{name}.o_proj.weight"] = matrix(rng, hidden, q, 1.5)
    if c.get("attention_bias", False):
        t[f"{name}.o_proj.bias"] = bias(rng, hidden)
    if kind in ("qwen3", "qwen3_moe", "olmoe"):
        whole = kind == "olmoe"
        t[f"{name}.q_norm.weight"] = 1.5 * around_one(rng, q if whole else size)
        t[f"{name}.k_norm.weight"] = 1.5 * around_one(rng, kv if whole else size)


def llama_feed_forward(c, rng, t, layer):
    kind, hidden, name = c["model_type"], c["hidden_size"], f"model.layers.{layer}"
    if kind == "granitemoe":
        count, inner, at = c["num_local_experts"], c["intermediate_size"], f"{name}.block_sparse_moe"
        t[f"{at}.input_linear.weight"] = np.stack([matrix(rng, 2 * inner, hidden, 2.0) for _ in range(count)])
        t[f"{at}.output_linear.weight"] = np.stack([matrix(rng, hidden, inner, 2.0) for _ in range(count)])
        t[f"{at}.router.layer.weight"] = matrix(rng, count, hidden, 1.5)
        return
    if kind == "mixtral":
        t[f"{name}.block_sparse_moe.gate.weight"] = matrix(rng, c["num_local_experts"], hidden, 1.5)
        for expert in range(c["num_local_experts"]):
            at = f"{name}.block_sparse_moe.experts.{expert}"
            gated(rng, t, at, hidden, c["intermediate_size"], names=("w1", "w3", "w2"))
        return
    if "num_experts" in c and layer not in c.get("mlp_only_layers", []):
        inner = c["intermediate_size"] if kind == "olmoe" else c["moe_intermediate_size"]
        t[f"{name}.mlp.gate.weight"] = matrix(rng, c["num_experts"], hidden, 1.5)
        for expert in range(c["num_experts"]):
            gated(rng, t, f"{name}.mlp.experts.{expert}", hidden, inner)
        if kind == "qwen2_moe":
            gated(rng, t, f"{name}.mlp.shared_expert", hidden, c["shared_expert_intermediate_size"])
            t[f"{name}.mlp.shared_expert_gate.weight"] = matrix(rng, 1, hidden, 1.5)
        return
    gated(rng, t, f"{name}.mlp", hidden, c["intermediate_size"], c.get("mlp_bias", False))


def ends(c, rng, t):
    """Embedding, last norm and head; a tied embedding is smaller, for it is a head too."""
    hidden, vocab = c["hidden_size"], c["vocab_size"]
    tied = c["tie_word_embeddings"]
    t["model.embed_tokens.weight"] = rng.standard_normal((vocab, hidden)) * (0.3 if tied else 1.0)
    t["model.norm.weight"] = around_one(rng, hidden)
    if not tied:
        t["lm_head.weight"] = matrix(rng, vocab, hidden, 1.2)


def layer_norms(c, rng, t, name):
    for part in ("input_layernorm", "post_attention_layernorm"):
        t[f"{name}.{part}.weight"] = around_one(rng, c["hidden_size"])


def llama(c, rng):
    t = {}
    ends(c, rng, t)
    for layer in range(c["num_hidden_layers"]):
        layer_norms(c, rng, t, f"model.layers.{layer}")
        llama_attention(c, rng, t, f"model.layers.{layer}.self_attn")
        llama_feed_forward(c, rng, t, layer)
    return t


def deepseek_v2(c, rng):
    t = {}
    ends(c, rng, t)
    hidden, count, latent = c["hidden_size"], c["num_attention_heads"], c["kv_lora_rank"]
    nope, turned, value = c["qk_nope_head_dim"], c["qk_rope_head_dim"], c["v_head_dim"]
    routed = 2.0 / np.sqrt(c["routed_scaling_factor"])
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        layer_norms(c, rng, t, name)
        at = f"{name}.self_attn"
        if c["q_lora_rank"] is None:
            t[f"{at}.q_proj.weight"] = matrix(rng, count * (nope + turned), hidden, 1.6)
        else:
            t[f"{at}.q_a_proj.weight"] = matrix(rng, c["q_lora_rank"], hidden, 2.5)
            t[f"{at}.q_a_layernorm.weight"] = around_one(rng, c["q_lora_rank"])
            t[f"{at}.q_b_proj.weight"] = matrix(rng, count * (nope + turned), c["q_lora_rank"], 1.6)
        t[f"{at}.kv_a_proj_with_mqa.weight"] = matrix(rng, latent + turned, hidden, 2.5)
        t[f"{at}.kv_a_layernorm.weight"] = around_one(rng, latent)
        t[f"{at}.kv_b_proj.weight"] = matrix(rng, count * (nope + value), latent, 1.4)
        t[f"{at}.o_proj.weight"] = matrix(rng, hidden, count * value, 1.5)
        if layer < c["first_k_dense_replace"]:
            gated(rng, t, f"{name}.mlp", hidden, c["intermediate_size"])
            continue
        t[f"{name}.mlp.gate.weight"] = matrix(rng, c["n_routed_experts"], hidden, 1.5)
        for expert in range(c["n_routed_experts"]):
            gated(rng, t, f"{name}.mlp.experts.{expert}", hidden, c["moe_intermediate_size"], gain=routed)
        gated(rng, t, f"{name}.mlp.shared_experts", hidden, c["n_shared_experts"] * c["moe_intermediate_size"])
    return t


def mxfp4(rng, t, name, shape, scales):
    """Blocks and scales of [experts, out, in] with random bytes and scales from the given range."""
    experts, outputs, inputs = shape
    t[f"{name}_blocks"] = rng.randint(0, 256, (experts, outputs, inputs // 32, 16)).astype(np.uint8)
    t[f"{name}_scales"] = rng.randint(*scales, (experts, outputs, inputs // 32)).astype(np.uint8)


def gpt_oss(c, rng):
    t = {}
    ends(c, rng, t)
    hidden, inner, count = c["hidden_size"], c["intermediate_size"], c["num_local_experts"]
    q, kv = c["num_attention_heads"] * c["head_dim"], c["num_key_value_heads"] * c["head_dim"]
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        layer_norms(c, rng, t, name)
        parts = (("q", q, hidden, 1.4), ("k", kv, hidden, 1.4), ("v", kv, hidden, 1.0), ("o", hidden, q, 1.5))
        for part, outputs, inputs, gain in parts:
            t[f"{name}.self_attn.{part}_proj.weight"] = matrix(rng, outputs, inputs, gain)
            t[f"{name}.self_attn.{part}_proj.bias"] = bias(rng, outputs)
        t[f"{name}.self_attn.sinks"] = 1.5 + rng.standard_normal(c["num_attention_heads"])
        t[f"{name}.mlp.router.weight"] = matrix(rng, count, hidden, 1.5)
        t[f"{name}.mlp.router.bias"] = bias(rng, count)
        at = f"{name}.mlp.experts"
        if "quantization_config" in c:
            mxfp4(rng, t, f"{at}.gate_up_proj", (count, 2 * inner, hidden), (124, 127))
            mxfp4(rng, t, f"{at}.down_proj", (count, hidden, inner), (118, 121))
        else:
            t[f"{at}.gate_up_proj"] = np.stack([matrix(rng, 2 * inner, hidden, 5.0).T for _ in range(count)])
            t[f"{at}.down_proj"] = np.stack([matrix(rng, hidden, inner, 0.15).T for _ in range(count)])
        t[f"{at}.gate_up_proj_bias"] = bias(rng, count, 2 * inner)
        t[f"{at}.down_proj_bias"] = bias(rng, count, hidden)
    return t


def lfm2(c, rng):
    hidden, vocab, size = c["hidden_size"], c["vocab_size"], c["hidden_size"] // c["num_attention_heads"]
    tied = c.get("tie_embedding", c.get("tie_word_embeddings", True))
    t = {"model.embed_tokens.weight": rng.standard_normal((vocab, hidden)) * (0.3 if tied else 1.0)}
    t["model.embedding_norm.weight"] = around_one(rng, hidden)
    if not tied:
        t["lm_head.weight"] = matrix(rng, vocab, hidden, 1.2)
    names = ("w1", "w3", "w2")
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        for part in ("operator_norm", "ffn_norm"):
            t[f"{name}.{part}.weight"] = around_one(rng, hidden)
        if has_attention(c, layer):
            q, kv = hidden, c["num_key_value_heads"] * size
            for part, outputs, inputs in (("q", q, hidden), ("k", kv, hidden), ("v", kv, hidden)):
                t[f"{name}.self_attn.{part}_proj.weight"] = matrix(rng, outputs, inputs)
            t[f"{name}.self_attn.out_proj.weight"] = matrix(rng, hidden, q, 1.5)
            for part in "qk":
                t[f"{name}.self_attn.{part}_layernorm.weight"] = 1.5 * around_one(rng, size)
        else:
            at, length = f"{name}.conv", c["conv_L_cache"]
            t[f"{at}.in_proj.weight"] = matrix(rng, 3 * hidden, hidden, 1.2)
            t[f"{at}.conv.weight"] = rng.standard_normal((hidden, 1, length)) / np.sqrt(length)
            t[f"{at}.out_proj.weight"] = matrix(rng, hidden, hidden, 1.2)
            if c["conv_bias"]:
                for part, outputs in (("in_proj", 3 * hidden), ("conv", hidden), ("out_proj", hidden)):
                    t[f"{at}.{part}.bias"] = bias(rng, outputs)
        at = f"{name}.feed_forward"
        if layer < c.get("num_dense_layers", c["num_hidden_layers"]):
            gated(rng, t, at, hidden, width(c), names=names)
            continue
        t[f"{at}.gate.weight"] = matrix(rng, c["num_experts"], hidden, 1.5)
        t[f"{at}.expert_bias"] = bias(rng, c["num_experts"])
        for expert in range(c["num_experts"]):
            gated(rng, t, f"{at}.experts.{expert}", hidden, c["moe_intermediate_size"], names=names)
    return t


def gpt(c, rng):
    """gpt2 (weights [in, out]) and gpt_neo (weights [out, in])."""
    neo = c["model_type"] == "gpt_neo"
    hidden = c["hidden_size" if neo else "n_embd"]
    inner = c["intermediate_size" if neo else "n_inner"] or 4 * hidden
    t = {}

    def project(name, outputs, inputs, gain, biased=True):
        weight = matrix(rng, outputs, inputs, gain)
        t[f"{name}.weight"] = weight if neo else weight.T
        if biased:
            t[f"{name}.bias"] = bias(rng, outputs)

    def norm(name):
        t[f"{name}.weight"], t[f"{name}.bias"] = around_one(rng, hidden), bias(rng, hidden)

    t["transformer.wte.weight"] = rng.standard_normal((c["vocab_size"], hidden)) * 0.3
    positions = c["max_position_embeddings" if neo else "n_positions"]
    t["transformer.wpe.weight"] = rng.standard_normal((positions, hidden)) * 0.3
    for layer in range(c["num_layers" if neo else "n_layer"]):
        name = f"transformer.h.{layer}"
        norm(f"{name}.ln_1")
        if neo:
            for part, gain in (("q", 0.8), ("k", 0.8), ("v", 1.0)):
                project(f"{name}.attn.attention.{part}_proj", hidden, hidden, gain, biased=False)
            project(f"{name}.attn.attention.out_proj", hidden, hidden, 1.5)
        else:
            project(f"{name}.attn.c_attn", 3 * hidden, hidden, 1.5)
            project(f"{name}.attn.c_proj", hidden, hidden, 1.5)
        norm(f"{name}.ln_2")
        project(f"{name}.mlp.c_fc", inner, hidden, 1.5)
        project(f"{name}.mlp.c_proj", hidden, inner, 1.5)
    norm("transformer.ln_f")
    return t


FAMILIES = {"gpt2": gpt, "gpt_neo": gpt, "deepseek_v2": deepseek_v2, "gpt_oss": gpt_oss, "lfm2": lfm2, "lfm2_moe": lfm2}


def random(config, seed):
    """All tensors of a checkpoint of this config, in float64 (uint8 where they are stored so)."""
    rng = np.random.RandomState(seed)
    return FAMILIES.get(config["model_type"], llama)(config, rng)
