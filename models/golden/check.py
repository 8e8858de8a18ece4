"""A second opinion on the golden logits: python3 models/golden/check.py. Needs torch.

Written in other ways than forward.py: rotation by complex numbers, masks as sums of triangles, all experts at once,
torch's own norms, activations and choices. Prints the largest difference of a logit, relative, for each checkpoint.
"""

import json
import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

import safetensors

FOLDER = Path(__file__).parent
INF = float("inf")
UNCHECKED = "lfm2"  # no second opinion here yet


def norm(x, weight, eps):
    return F.normalize(x, dim=-1) / torch.sqrt(1 / x.shape[-1] + eps / x.pow(2).sum(-1, keepdim=True)) * weight


def frequencies(c, dim):
    s, theta = c["rope_scaling"] if "rope_scaling" in c else None, c["rope_theta"]
    base = torch.exp(torch.arange(0, dim, 2, dtype=torch.float64) * (-math.log(theta) / dim))
    if s is None:
        return base, 1.0
    kind = s.get("rope_type") or s["type"]
    if kind == "linear":
        return base / s["factor"], 1.0
    turns = base * s["original_max_position_embeddings"] / (2 * math.pi)  # rotations within the original context
    if kind == "llama3":
        keep = ((turns - s["low_freq_factor"]) / (s["high_freq_factor"] - s["low_freq_factor"])).clamp(0, 1)
        return base * (keep + (1 - keep) / s["factor"]), 1.0
    # YaRN: the ramp runs over indices, the index of a number of turns being logarithmic in it
    index = lambda count: (dim / 2) * math.log(s["original_max_position_embeddings"] / (2 * math.pi * count), theta)
    low, high = index(s.get("beta_fast", 32)), index(s.get("beta_slow", 1))
    if s.get("truncate", True):
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, dim - 1)
    slow = ((torch.arange(dim // 2, dtype=torch.float64) - low) / (high - low)).clamp(0, 1)
    m = lambda k: 0.1 * k * math.log(s["factor"]) + 1
    stretch = m(s["mscale"]) / m(s["mscale_all_dim"]) if "mscale" in s else m(1.0)
    return torch.lerp(base, base / s["factor"], slow), stretch


def turn(x, c, dim, neighbours=False):
    """x [tokens, heads, dim] as complex numbers: pairs of neighbours, or element i with element i + dim / 2."""
    f, stretch = frequencies(c, dim)
    angles = torch.outer(torch.arange(len(x)).double(), f)
    wheel = torch.polar(torch.full_like(angles, stretch), angles)
    pairs = x.reshape(*x.shape[:-1], -1, 2) if neighbours else x.reshape(*x.shape[:-1], 2, -1).transpose(-1, -2)
    turned = torch.view_as_real(torch.view_as_complex(pairs.contiguous()) * wheel[:, None])
    return turned.flatten(-2) if neighbours else turned.transpose(-1, -2).flatten(-2)


def attend(q, k, v, scale, window=0, sinks=None):
    """q [tokens, heads, d]; a group of heads at a time, as einsum."""
    n, per = len(q), q.shape[1] // k.shape[1]
    mask = torch.triu(torch.full((n, n), -INF, dtype=torch.float64), diagonal=1)
    if window:
        mask = mask + torch.tril(torch.full((n, n), -INF, dtype=torch.float64), diagonal=-window)
    scores = torch.einsum("qgmd,kgd->gmqk", q.reshape(n, -1, per, q.shape[-1]), k) * scale + mask
    if sinks is not None:
        scores = torch.cat([scores, sinks.reshape(-1, per, 1, 1).expand(-1, -1, n, 1)], -1)
    return torch.einsum("gmqk,kgd->qgmd", scores.softmax(-1)[..., :n], v).reshape(n, -1)


def unpack(t, name):
    """[experts, in, out], out of MXFP4 by way of torch.ldexp."""
    if name in t:
        return t[name]
    blocks, scales = t[name + "_blocks"].long(), t[name + "_scales"].int() - 127
    sign, code = lambda b: 1.0 - 2.0 * (b >> 3), lambda b: b & 7
    magnitude = torch.tensor([0, 1, 2, 3, 4, 6, 8, 12], dtype=torch.float64) / 2
    values = torch.stack([sign(b) * magnitude[code(b)] for b in (blocks % 16, blocks // 16)], -1).flatten(-2)
    return torch.ldexp(values, scales[..., None]).flatten(-2).transpose(1, 2)


def swiglu(x, gate, up, down):
    return F.linear(F.silu(F.linear(x, gate)) * F.linear(x, up), down)


def experts(c, t, name, x):
    """The mixture of a layer; `name` is its prefix (mlp or block_sparse_moe)."""
    kind, k = c["model_type"], c["num_experts_per_tok"]
    weight = lambda part: t[f"{name}.{part}.weight"]
    router = {"granitemoe": "router.layer", "gpt_oss": "router"}.get(kind, "gate")
    logits = F.linear(x, weight(router), t.get(f"{name}.{router}.bias"))
    scores = logits.softmax(-1)
    if c.get("topk_method") == "group_limited_greedy":
        groups = scores.view(len(x), c["n_group"], -1)
        kept = torch.zeros_like(groups[..., 0]).scatter_(1, groups.amax(-1).topk(c["topk_group"]).indices, 1)
        scores = (groups * kept[..., None]).view_as(scores)
    values, chosen = scores.topk(k)
    if kind in ("mixtral", "granitemoe", "gpt_oss") or c.get("norm_topk_prob"):
        values = logits.gather(1, chosen).softmax(-1)
    values = values * c.get("routed_scaling_factor", 1.0)
    if kind == "gpt_oss":
        at = f"{name}.experts"
        both = torch.einsum("nh,ehi->nei", x, unpack(t, f"{at}.gate_up_proj")) + t[f"{at}.gate_up_proj_bias"]
        gate, up = both[..., ::2].clamp(max=7.0), both[..., 1::2].clamp(-7.0, 7.0)
        inner = gate * torch.sigmoid(1.702 * gate) * (up + 1)
        every = torch.einsum("nei,eih->neh", inner, unpack(t, f"{at}.down_proj")) + t[f"{at}.down_proj_bias"]
    elif kind == "granitemoe":
        gate, up = torch.einsum("nh,eoh->neo", x, weight("input_linear")).chunk(2, -1)
        every = torch.einsum("nei,ehi->neh", F.silu(gate) * up, weight("output_linear"))
    else:
        parts = ("w1", "w3", "w2") if kind == "mixtral" else ("gate_proj", "up_proj", "down_proj")
        each = [[weight(f"experts.{e}.{part}") for part in parts] for e in range(logits.shape[1])]
        every = torch.stack([swiglu(x, *matrices) for matrices in each], 1)
    y = (every.gather(1, chosen[..., None].expand(-1, -1, x.shape[1])) * values[..., None]).sum(1)
    for shared in ("shared_expert", "shared_experts"):
        if f"{name}.{shared}.gate_proj.weight" in t:
            more = swiglu(x, *(weight(f"{shared}.{p}_proj") for p in ("gate", "up", "down")))
            y = y + (more * torch.sigmoid(x @ weight("shared_expert_gate").T) if shared == "shared_expert" else more)
    return y


def latent(c, t, at, x):
    """q, k, v of multi-head latent attention."""
    n, count, rot = len(x), c["num_attention_heads"], c["qk_rope_head_dim"]
    w = lambda part: t[f"{at}.{part}.weight"]
    if c["q_lora_rank"] is None:
        q = (x @ w("q_proj").T).view(n, count, -1)
    else:
        q = (norm(x @ w("q_a_proj").T, w("q_a_layernorm"), 1e-6) @ w("q_b_proj").T).view(n, count, -1)
    c_kv, k_rot = (x @ w("kv_a_proj_with_mqa").T).split([c["kv_lora_rank"], rot], -1)
    kv = (norm(c_kv, w("kv_a_layernorm"), 1e-6) @ w("kv_b_proj").T).view(n, count, -1)
    k, v = kv.split([c["qk_nope_head_dim"], c["v_head_dim"]], -1)
    k_rot = turn(k_rot[:, None], c, rot, neighbours=True).expand(-1, count, -1)
    q = torch.cat([q[..., :-rot], turn(q[..., -rot:], c, rot, neighbours=True)], -1)
    m = 0.1 * c["rope_scaling"]["mscale_all_dim"] * math.log(c["rope_scaling"]["factor"]) + 1
    return q, torch.cat([k, k_rot], -1), v, m * m / math.sqrt(q.shape[-1])


def rotary(c, t, tokens):
    """All families with RMS norms and rotary positions."""
    kind, eps, n = c["model_type"], c["rms_norm_eps"], len(tokens)
    h = F.embedding(tokens, t["model.embed_tokens.weight"]) * c.get("embedding_multiplier", 1)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        at, x = f"{name}.self_attn", norm(h, t[f"{name}.input_layernorm.weight"], eps)
        if kind == "deepseek_v2":
            q, k, v, scale = latent(c, t, at, x)
        else:
            q, k, v = (F.linear(x, t[f"{at}.{p}_proj.weight"], t.get(f"{at}.{p}_proj.bias")) for p in "qkv")
            size = q.shape[1] // c["num_attention_heads"]
            split = lambda part: part.view(n, -1, size)
            if kind == "olmoe":
                q, k = norm(q, t[f"{at}.q_norm.weight"], eps), norm(k, t[f"{at}.k_norm.weight"], eps)
                limit = c["clip_qkv"] or INF
                q, k, v = q.clamp(-limit, limit), k.clamp(-limit, limit), v.clamp(-limit, limit)
            q, k, v = split(q), split(k), split(v)
            if kind.startswith("qwen3"):
                q, k = norm(q, t[f"{at}.q_norm.weight"], eps), norm(k, t[f"{at}.k_norm.weight"], eps)
            q, k, scale = turn(q, c, size), turn(k, c, size), c.get("attention_multiplier", 1 / math.sqrt(size))
        window = c["sliding_window"] if kind == "gpt_oss" and layer % 2 == 0 else 0
        mixed = attend(q, k, v, scale, window, t.get(f"{at}.sinks"))
        h = h + F.linear(mixed, t[f"{at}.o_proj.weight"], t.get(f"{at}.o_proj.bias")) * c.get("residual_multiplier", 1)
        x = norm(h, t[f"{name}.post_attention_layernorm.weight"], eps)
        at = f"{name}.block_sparse_moe" if kind in ("mixtral", "granitemoe") else f"{name}.mlp"
        if f"{at}.gate_proj.weight" in t:
            g, u = (F.linear(x, t[f"{at}.{p}_proj.weight"], t.get(f"{at}.{p}_proj.bias")) for p in ("gate", "up"))
            y = F.linear(F.silu(g) * u, t[f"{at}.down_proj.weight"], t.get(f"{at}.down_proj.bias"))
        else:
            y = experts(c, t, at, x)
        h = h + y * c.get("residual_multiplier", 1)
    head = t.get("lm_head.weight", t["model.embed_tokens.weight"])
    return norm(h, t["model.norm.weight"], eps) @ head.T / c.get("logits_scaling", 1)


def learned(c, t, tokens):
    """gpt2 and gpt_neo."""
    neo, n, eps = c["model_type"] == "gpt_neo", len(tokens), c["layer_norm_epsilon"]
    w = lambda name: t[f"transformer.{name}.weight"]
    b = lambda name: t[f"transformer.{name}.bias"]
    turned = lambda name, x: F.linear(x, w(name) if neo else w(name).T, b(name))
    h = w("wte")[tokens] + w("wpe")[:n]
    width = h.shape[1]
    for layer in range(c["num_layers" if neo else "n_layer"]):
        x = F.layer_norm(h, (width,), w(f"h.{layer}.ln_1"), b(f"h.{layer}.ln_1"), eps)
        if neo:
            q, k, v = (x @ w(f"h.{layer}.attn.attention.{p}_proj").T for p in "qkv")
        else:
            q, k, v = turned(f"h.{layer}.attn.c_attn", x).split(width, -1)
        q, k, v = (part.view(n, c["num_heads" if neo else "n_head"], -1) for part in (q, k, v))
        window = c["window_size"] if neo and layer % 2 == 1 else 0
        mixed = attend(q, k, v, 1.0 if neo else q.shape[-1] ** -0.5, window)
        h = h + turned(f"h.{layer}.attn.attention.out_proj" if neo else f"h.{layer}.attn.c_proj", mixed)
        x = F.layer_norm(h, (width,), w(f"h.{layer}.ln_2"), b(f"h.{layer}.ln_2"), eps)
        h = h + turned(f"h.{layer}.mlp.c_proj", F.gelu(turned(f"h.{layer}.mlp.c_fc", x), approximate="tanh"))
    return F.layer_norm(h, (width,), w("ln_f"), b("ln_f"), eps) @ w("wte").T


def difference(folder):
    """The largest difference of a logit, over the size of the largest one."""
    config = json.loads((folder / "config.json").read_text())
    tensors = {name: torch.tensor(x) for name, x in safetensors.read(folder / "model.safetensors").items()}
    golden = json.loads((folder / "logits.json").read_text())
    model = learned if config["model_type"] in ("gpt2", "gpt_neo") else rotary
    logits = model(config, tensors, torch.tensor(golden["tokens"]))
    expected = torch.tensor(golden["logits"], dtype=torch.float64)
    return ((logits - expected).abs().max() / expected.abs().max()).item()


if __name__ == "__main__":
    torch.set_num_threads(1)
    folders = [path.parent for path in sorted(FOLDER.glob("*/config.json"))]
    found = {folder.name: difference(folder) for folder in folders if not folder.name.startswith(UNCHECKED)}
    for name, by in found.items():
        print(f"{by:.1e}  {name}")
    sys.exit(max(found.values()) > 1e-6)
