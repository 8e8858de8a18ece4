"""Trains, exports and evaluates the five pocket models. One PyTorch file; the data comes from recipe.py.

    python train.py --prepare                   tokenizers, tasks, evidence of the held-out split, the token stream
    python train.py --check-heldout             regenerates the stream and looks for every test question in it
    python train.py --train pocket-dense-s      train (resumes after a kill), then export
    python train.py --eval pocket-dense-s       accuracy of the exported float16 weights; adds it to reference.json

Only the feed-forward differs between the models; tokens, order, optimiser, seed and step count are shared.
Runs on PyTorch 1.13 (CPU) and later, CUDA when present. Checkpoints live in .cache/, outside git.
"""

import argparse
import csv
import json
import math
import operator
import os
import struct
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import recipe

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache"

WIDTH, LAYERS, HEADS, KV_HEADS, HEAD_DIM = 96, 4, 4, 2, 32
MAX_POSITIONS, ROPE_THETA, NORM_EPS = 512, 10000.0, 1e-6

ROWS_PER_STEP = 8
PEAK_LR, FINAL_LR_SHARE, WARMUP_STEPS = 2e-3, 0.05, 200
WEIGHT_DECAY, BETAS, GRAD_CLIP = 0.1, (0.9, 0.95), 1.0
BALANCE_WEIGHT, ROUTER_Z_WEIGHT = 0.01, 0.001
SEED = 20


@dataclass(frozen=True)
class Shape:
    """The feed-forward of one model: `experts` networks of width `inner`, of which a token visits `active`."""

    inner: int
    experts: int = 1
    active: int = 1

    @property
    def is_sparse(self):
        return self.experts > 1


MODELS = {
    "pocket-dense-s": Shape(inner=64),
    "pocket-moe-32x1": Shape(inner=64, experts=32, active=1),
    "pocket-moe-8x2": Shape(inner=256, experts=8, active=2),
    "pocket-dense-m": Shape(inner=512),
    "pocket-dense-l": Shape(inner=2048),
}


class RMSNorm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + NORM_EPS) * self.weight


def linear(fan_in, fan_out, gain=1.0):
    """Bias-free projection whose output keeps the variance of its input, times gain squared."""
    layer = nn.Linear(fan_in, fan_out, bias=False)
    nn.init.normal_(layer.weight, std=gain / math.sqrt(fan_in))
    return layer


# Each layer adds two branches to the residual; this keeps the sum's variance near one at the start.
RESIDUAL_GAIN = 1 / math.sqrt(2 * LAYERS)


def rotate_half(x):
    left, right = x.chunk(2, dim=-1)
    return torch.cat((-right, left), dim=-1)


class Attention(nn.Module):
    """Grouped-query attention with per-head q/k norms and rotary positions, as in Qwen3."""

    def __init__(self):
        super().__init__()
        self.q_proj = linear(WIDTH, HEADS * HEAD_DIM)
        self.k_proj = linear(WIDTH, KV_HEADS * HEAD_DIM)
        self.v_proj = linear(WIDTH, KV_HEADS * HEAD_DIM)
        self.o_proj = linear(HEADS * HEAD_DIM, WIDTH, RESIDUAL_GAIN)
        self.q_norm = RMSNorm(HEAD_DIM)
        self.k_norm = RMSNorm(HEAD_DIM)

    def forward(self, x, cos, sin, mask):
        rows, length, _ = x.shape
        q = self.q_norm(self.q_proj(x).view(rows, length, HEADS, HEAD_DIM)).transpose(1, 2)
        k = self.k_norm(self.k_proj(x).view(rows, length, KV_HEADS, HEAD_DIM)).transpose(1, 2)
        v = self.v_proj(x).view(rows, length, KV_HEADS, HEAD_DIM).transpose(1, 2)
        q = (q * cos + rotate_half(q) * sin) / math.sqrt(HEAD_DIM)
        k = k * cos + rotate_half(k) * sin
        group = HEADS // KV_HEADS
        k = k.repeat_interleave(group, dim=1)
        v = v.repeat_interleave(group, dim=1)
        scores = (q @ k.transpose(-1, -2)).float() + mask
        mixed = scores.softmax(-1).to(v.dtype) @ v
        return self.o_proj(mixed.transpose(1, 2).reshape(rows, length, HEADS * HEAD_DIM))


class DenseMLP(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.gate_proj = linear(WIDTH, inner)
        self.up_proj = linear(WIDTH, inner)
        self.down_proj = linear(inner, WIDTH, RESIDUAL_GAIN)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x)), 0.0


class SparseMLP(nn.Module):
    """Mixture of experts, dropless: a token runs through its `active` best experts and no other.

    Expert outputs are weighted by the softmax over all experts without renormalising (norm_topk_prob=false):
    renormalised, the weight of a top-1 expert is the constant 1 and its router would receive no gradient.
    """

    def __init__(self, shape):
        super().__init__()
        self.experts, self.active = shape.experts, shape.active
        self.gate = linear(WIDTH, shape.experts, gain=0.1)
        # At the start every weight is about 1/experts; the gain makes the sum as large as the dense twin's output.
        gain = RESIDUAL_GAIN * shape.experts / shape.active
        self.gate_proj = nn.Parameter(torch.randn(shape.experts, WIDTH, shape.inner) / math.sqrt(WIDTH))
        self.up_proj = nn.Parameter(torch.randn(shape.experts, WIDTH, shape.inner) / math.sqrt(WIDTH))
        self.down_proj = nn.Parameter(torch.randn(shape.experts, shape.inner, WIDTH) * gain / math.sqrt(shape.inner))
        self.load = None

    def forward(self, x):
        tokens = x.reshape(-1, WIDTH)
        with torch.autocast(x.device.type, enabled=False):  # bfloat16 logits would often tie or swap experts
            logits = self.gate(tokens)
        shares = logits.softmax(-1)
        weights, chosen = shares.topk(self.active, dim=-1)

        order = chosen.reshape(-1).argsort(stable=True)  # visits, sorted by expert
        source = order // self.active
        counts = torch.bincount(chosen.reshape(-1), minlength=self.experts)
        visits = self.visit(tokens[source], chosen.reshape(-1)[order], counts) * weights.reshape(-1)[order, None]
        output = torch.zeros_like(tokens, dtype=torch.float32).index_add(0, source, visits)

        self.load = counts / counts.sum()
        balance = self.experts * (self.load * shares.mean(0)).sum()
        router_z = logits.logsumexp(-1).pow(2).mean()
        return output.view_as(x), BALANCE_WEIGHT * balance + ROUTER_Z_WEIGHT * router_z

    def visit(self, visitors, expert, counts):
        """What each visitor's expert answers, for visitors sorted by expert; counts are the visitors per expert.

        The visitors are cut into tiles of one expert each, and a batched product runs over the tiles. Tiles are
        padded, visitors never dropped; the number of tiles depends on nothing but the number of visitors.
        """
        tile = max(8, len(visitors) // (2 * self.experts))
        tiles = len(visitors) // tile + self.experts
        tiles_used = (counts + tile - 1) // tile
        tile_ends = tiles_used.cumsum(0)
        rank = torch.arange(len(visitors), device=visitors.device) - (counts.cumsum(0) - counts)[expert]
        slot = (tile_ends - tiles_used)[expert] * tile + rank
        owner = torch.bucketize(torch.arange(tiles, device=visitors.device), tile_ends, right=True)
        owner = owner.clamp(max=self.experts - 1)

        grid = visitors.new_zeros(tiles * tile, WIDTH).index_copy(0, slot, visitors).view(tiles, tile, WIDTH)
        hidden = F.silu(grid @ self.gate_proj[owner]) * (grid @ self.up_proj[owner])
        return (hidden @ self.down_proj[owner]).reshape(-1, WIDTH)[slot].float()


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.input_layernorm = RMSNorm(WIDTH)
        self.self_attn = Attention()
        self.post_attention_layernorm = RMSNorm(WIDTH)
        self.mlp = SparseMLP(shape) if shape.is_sparse else DenseMLP(shape.inner)

    def forward(self, x, cos, sin, mask):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mask)
        update, aux = self.mlp(self.post_attention_layernorm(x))
        return x + update, aux


class Pocket(nn.Module):
    """Qwen3 (dense) or Qwen3-MoE decoder with tied embeddings."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(recipe.VOCAB_SIZE, WIDTH)
        nn.init.normal_(self.embed_tokens.weight, std=0.05)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(LAYERS))
        self.norm = RMSNorm(WIDTH)

    def forward(self, ids):
        """Logits for every position, and the summed auxiliary loss of the routers (0 for dense models)."""
        length = ids.shape[1]
        positions = torch.arange(length, device=ids.device, dtype=torch.float32)
        rates = ROPE_THETA ** (-torch.arange(0, HEAD_DIM, 2, device=ids.device, dtype=torch.float32) / HEAD_DIM)
        angles = torch.outer(positions, rates).repeat(1, 2)
        cos, sin = angles.cos(), angles.sin()
        mask = torch.full((length, length), -1e9, device=ids.device).triu(1)
        x, aux = self.embed_tokens(ids), 0.0
        for layer in self.layers:
            x, layer_aux = layer(x, cos, sin, mask)
            aux = aux + layer_aux
        return F.linear(self.norm(x), self.embed_tokens.weight), aux


# ---------------------------------------------------------------- training

LOG_EVERY = 2
CHECKPOINT_SECONDS = 150


def learning_rate(step, steps):
    """Linear warm-up, then a cosine down to FINAL_LR_SHARE of the peak."""
    if step < WARMUP_STEPS:
        return PEAK_LR * (step + 1) / WARMUP_STEPS
    progress = (step - WARMUP_STEPS) / max(1, steps - WARMUP_STEPS)
    return PEAK_LR * (FINAL_LR_SHARE + (1 - FINAL_LR_SHARE) * (1 + math.cos(math.pi * progress)) / 2)


def build_optimizer(model):
    """AdamW that decays matrices only, neither norms nor the embedding."""
    decayed = [p for name, p in model.named_parameters() if p.dim() > 1 and "embed" not in name]
    others = [p for name, p in model.named_parameters() if p.dim() == 1 or "embed" in name]
    groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=PEAK_LR, betas=BETAS)


def busiest_expert(model):
    """The largest share of a layer's visits that one expert took in the last batch; 1/experts is perfect balance."""
    loads = [layer.mlp.load.max().item() for layer in model.layers if model.shape.is_sparse]
    return max(loads, default=0.0)


def train(model_id, steps):
    """One pass over the first `steps` batches of the stream, resuming from the last checkpoint, then the export."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    model = Pocket(MODELS[model_id]).to(device)
    optimizer = build_optimizer(model)
    checkpoint, log, first, seconds = CACHE / f"{model_id}.pt", [], 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first, log, seconds = state["step"], state["log"], state["seconds"]

    stream = torch.from_numpy(recipe.load_stream().astype(np.int64))
    per_step = ROWS_PER_STEP * recipe.ROW_LENGTH
    saved = started = time.perf_counter()
    for step in range(first, steps):
        batch = stream[step * per_step : (step + 1) * per_step + 1].to(device)
        inputs, targets = batch[:-1].view(ROWS_PER_STEP, -1), batch[1:]
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, steps)
        with torch.autocast(device, dtype=torch.bfloat16):
            logits, aux = model(inputs)
        loss = F.cross_entropy(logits.float().view(-1, recipe.VOCAB_SIZE), targets)
        optimizer.zero_grad()
        (loss + aux).backward()
        nn.utils.clip_grad_norm_(model.parameters(), GRAD_CLIP)
        optimizer.step()

        tokens, now = (step + 1) * per_step, time.perf_counter()
        if step % LOG_EVERY == 0:
            lr = optimizer.param_groups[0]["lr"]
            log.append((step + 1, tokens, f"{loss.item():.4f}", f"{lr:.3e}", f"{float(aux):.4f}"))
        if step % 50 == 49:
            rate = (step + 1 - first) * per_step / (now - started)
            recent = np.mean([float(row[2]) for row in log[-25:]])
            balance = f", busiest expert {busiest_expert(model):.2f}" if model.shape.is_sparse else ""
            print(f"{model_id} step {step + 1}: loss {recent:.4f}, {rate:.0f} tokens/s{balance}", flush=True)
        if now - saved > CHECKPOINT_SECONDS or step + 1 == steps:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1, "log": log}
            torch.save(state | {"seconds": seconds + now - started}, checkpoint.with_suffix(".part"))
            os.replace(checkpoint.with_suffix(".part"), checkpoint)
            saved = now
    write_log(HERE / model_id / "log.csv", log)
    export(model, model_id)


def write_log(path, log):
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("step", "tokens", "loss", "lr", "aux"), *log])


# ---------------------------------------------------------------- export and import


def hugging_face_tensors(model):
    """The weights under their Qwen3 / Qwen3-MoE names, experts apart, each as (outputs, inputs)."""
    tensors = {}
    for name, tensor in model.state_dict().items():
        if ".mlp." in name and tensor.dim() == 3:
            layer, projection = name.rsplit(".", 1)
            for expert, weight in enumerate(tensor):
                tensors[f"model.{layer}.experts.{expert}.{projection}.weight"] = weight.T
        else:
            tensors[f"model.{name}"] = tensor
    return tensors


def config(shape):
    common = {
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "pad_token_id": 0,
        "head_dim": HEAD_DIM,
        "hidden_act": "silu",
        "hidden_size": WIDTH,
        "initializer_range": 0.02,
        "max_position_embeddings": MAX_POSITIONS,
        "max_window_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "num_key_value_heads": KV_HEADS,
        "rms_norm_eps": NORM_EPS,
        "rope_scaling": None,
        "rope_theta": ROPE_THETA,
        "sliding_window": None,
        "tie_word_embeddings": True,
        "torch_dtype": "float16",
        "use_cache": True,
        "use_sliding_window": False,
        "vocab_size": recipe.VOCAB_SIZE,
    }
    if not shape.is_sparse:
        return {
            "architectures": ["Qwen3ForCausalLM"],
            "model_type": "qwen3",
            "intermediate_size": shape.inner,
            **common,
        }
    return {
        "architectures": ["Qwen3MoeForCausalLM"],
        "model_type": "qwen3_moe",
        "decoder_sparse_step": 1,
        "intermediate_size": shape.inner * shape.experts,
        "mlp_only_layers": [],
        "moe_intermediate_size": shape.inner,
        "norm_topk_prob": False,
        "num_experts": shape.experts,
        "num_experts_per_tok": shape.active,
        "output_router_logits": False,
        "router_aux_loss_coef": BALANCE_WEIGHT,
        **common,
    }


def write_safetensors(path, tensors):
    """float16 tensors in the safetensors format: header length, JSON header padded to 8 bytes, data."""
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name, tensor in sorted(tensors.items()):
        blob = tensor.detach().cpu().contiguous().numpy().astype("<f2").tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read_safetensors(path):
    """name -> float32 array of a float16 safetensors file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        flat = np.frombuffer(data[8 + length + start : 8 + length + end], dtype="<f2")
        tensors[name] = flat.astype(np.float32).reshape(entry["shape"])
    return tensors


def export(model, model_id):
    folder = HERE / model_id
    write_safetensors(folder / "model.safetensors", hugging_face_tensors(model))
    (folder / "config.json").write_text(json.dumps(config(model.shape), indent=2) + "\n")
    generation = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0, "do_sample": False}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")


def load_exported(model_id):
    """The model of a folder, from its float16 file, computing in float32."""
    tensors = read_safetensors(HERE / model_id / "model.safetensors")
    model = Pocket(MODELS[model_id])
    state = {}
    for name, parameter in model.state_dict().items():
        if parameter.dim() == 3:
            layer, projection = name.rsplit(".", 1)
            keys = [f"model.{layer}.experts.{expert}.{projection}.weight" for expert in range(len(parameter))]
            state[name] = torch.from_numpy(np.stack([tensors[key].T for key in keys]))
        else:
            state[name] = torch.from_numpy(tensors[f"model.{name}"])
    model.load_state_dict(state)
    return model.eval()


# ---------------------------------------------------------------- evaluation


CHOICE_ROWS = 100  # questions scored at once


def choose(model, tokenizer, prompts, choices):
    """For each prompt the index of the choice with the largest summed log-likelihood after it."""
    if len(prompts) > CHOICE_ROWS:
        head = choose(model, tokenizer, prompts[:CHOICE_ROWS], choices[:CHOICE_ROWS])
        return head + choose(model, tokenizer, prompts[CHOICE_ROWS:], choices[CHOICE_ROWS:])
    starts = [1 + len(tokenizer.encode(prompt)) for prompt, options in zip(prompts, choices) for _ in options]
    ids = [
        [recipe.bpe.END_ID, *tokenizer.encode(f"{prompt} {option}")]
        for prompt, options in zip(prompts, choices)
        for option in options
    ]
    longest = max(map(len, ids))
    batch = torch.tensor([row + [recipe.bpe.END_ID] * (longest - len(row)) for row in ids])
    likelihoods = model(batch)[0].log_softmax(-1)
    scores = [
        sum(likelihoods[index, place - 1, row[place]].item() for place in range(start, len(row)))
        for index, (row, start) in enumerate(zip(ids, starts))
    ]
    offsets = np.cumsum([0, *map(len, choices)])
    return [int(np.argmax(scores[start:end])) for start, end in zip(offsets, offsets[1:])]


def generate(model, tokenizer, prompts, most_tokens):
    """Greedy continuations up to a line break, the end marker or most_tokens; equally long prompts run together."""
    ids = [[recipe.bpe.END_ID, *tokenizer.encode(prompt)] for prompt in prompts]
    stops = torch.tensor([recipe.bpe.END_ID, *tokenizer.encode("\n")])
    texts = [""] * len(prompts)
    for length in sorted(set(map(len, ids))):
        members = [index for index, row in enumerate(ids) if len(row) == length]
        batch = torch.tensor([ids[index] for index in members])
        stopped = torch.zeros(len(members), dtype=torch.bool)
        while not stopped.all() and batch.shape[1] - length < most_tokens:
            best = model(batch)[0][:, -1].argmax(-1)
            best = best.masked_fill(stopped, recipe.bpe.END_ID)
            stopped |= torch.isin(best, stops)
            batch = torch.cat((batch, best[:, None]), dim=1)
        for index, row in zip(members, batch[:, length:].tolist()):
            texts[index] = tokenizer.decode(row).split("\n")[0].strip()
    return texts


@torch.no_grad()
def accuracy(model, tokenizer, task, limit=None):
    """Share of right answers on a task, asked directly; `limit` takes only the first questions."""
    prompt, _, _, most_tokens = recipe.TASK_SHEETS[task]
    rows = [json.loads(line) for line in (recipe.TASKS / task / "test.jsonl").read_text().splitlines()][:limit]
    prompts = []
    for row in rows:
        text = f"Q: {prompt}\nA:"
        for column, value in row.items():
            text = text.replace("{{" + column + "}}", str(value))
        prompts.append(text)
    if most_tokens:
        answers, wanted = generate(model, tokenizer, prompts, most_tokens), [row["answer"] for row in rows]
    else:
        choices = [row["choices"] for row in rows]
        answers, wanted = choose(model, tokenizer, prompts, choices), [row["gold"] for row in rows]
    return sum(map(operator.eq, answers, wanted)) / len(rows)


def evaluate(model_id):
    """Adds the accuracies of the exported model to reference.json."""
    torch.set_num_threads(1)
    tokenizer, model = recipe.load_tokenizer(HERE / model_id), load_exported(model_id)
    result = {task: round(accuracy(model, tokenizer, task), 4) for task in recipe.TASK_SHEETS}
    path = HERE / "reference.json"
    reference = json.loads(path.read_text()) if path.exists() else {}
    reference[model_id] = result
    ordered = {name: reference[name] for name in MODELS if name in reference}
    path.write_text(json.dumps(ordered, indent=2) + "\n")
    print(model_id, result, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--check-heldout", action="store_true")
    parser.add_argument("--train", nargs="+", default=[], choices=MODELS)
    parser.add_argument("--eval", nargs="+", default=[], choices=MODELS)
    arguments = parser.parse_args()
    if arguments.prepare:
        recipe.write(MODELS)
    if arguments.check_heldout:
        recipe.check_heldout()
    for model_id in arguments.train:
        train(model_id, recipe.STREAM_TOKENS // (ROWS_PER_STEP * recipe.ROW_LENGTH))
    for model_id in arguments.eval:
        evaluate(model_id)


if __name__ == "__main__":
    main()
