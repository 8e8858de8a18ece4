"""Configs with the keys that transformers (4.55) writes: Llama, Qwen and GPT."""

CONFIGS = {}


def variant(name, *parts):
    """A config from its parts, later ones before earlier ones."""
    CONFIGS[name] = {key: value for part in parts for key, value in part.items()}


SHARED = {
    "attention_dropout": 0.0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "hidden_act": "silu",
    "hidden_size": 32,
    "initializer_range": 0.02,
    "intermediate_size": 16,
    "max_position_embeddings": 256,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "num_key_value_heads": 2,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "transformers_version": "4.55.0",
    "use_cache": True,
    "vocab_size": 40,
}
FULL_HEADS = {"num_attention_heads": 2, "num_key_value_heads": 2}
TIED = {"tie_word_embeddings": True}
WIDE_HEADS = {"head_dim": 16, "num_attention_heads": 2, "num_key_value_heads": 1}  # 8 frequencies
LLAMA = {
    **SHARED,
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "head_dim": 8,
    "mlp_bias": False,
    "model_type": "llama",
    "pretraining_tp": 1,
}

variant("llama", LLAMA)
variant("llama_bias", LLAMA, {"attention_bias": True, "mlp_bias": True})
variant("llama_linear", LLAMA, WIDE_HEADS, {"rope_scaling": {"factor": 4.0, "rope_type": "linear"}})
variant(
    "llama_rope_llama3",  # waves of 6.3 (kept), 20 and 63 (blended), 199 and more (slowed)
    LLAMA,
    WIDE_HEADS,
    TIED,
    {
        "rope_scaling": {
            "factor": 8.0,
            "high_freq_factor": 4.0,
            "low_freq_factor": 1.0,
            "original_max_position_embeddings": 64,
            "rope_type": "llama3",
        }
    },
)
variant(
    "llama_yarn",
    LLAMA,
    WIDE_HEADS,
    {"rope_scaling": {"factor": 4.0, "original_max_position_embeddings": 64, "rope_type": "yarn"}},
)

QWEN = {**SHARED, "max_window_layers": 2, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "use_sliding_window": False}
# The window is written but not used: use_sliding_window says so.
variant("qwen2", QWEN, TIED, {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "sliding_window": 4})
QWEN3 = {**QWEN, "attention_bias": False, "head_dim": 16, "sliding_window": None}
variant("qwen3", QWEN3, TIED, {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3"})
QWEN_EXPERTS = {
    "decoder_sparse_step": 1,
    "moe_intermediate_size": 16,
    "output_router_logits": False,
    "router_aux_loss_coef": 0.001,
}
variant(
    "qwen3_moe",
    QWEN3,
    QWEN_EXPERTS,
    {
        "architectures": ["Qwen3MoeForCausalLM"],
        "mlp_only_layers": [0],
        "model_type": "qwen3_moe",
        "norm_topk_prob": True,
        "num_experts": 6,
        "num_experts_per_tok": 3,
    },
)
variant(
    "qwen2_moe",
    QWEN,
    QWEN_EXPERTS,
    {
        "architectures": ["Qwen2MoeForCausalLM"],
        "intermediate_size": 48,
        "mlp_only_layers": [],
        "model_type": "qwen2_moe",
        "norm_topk_prob": False,
        "num_experts": 4,
        "num_experts_per_tok": 2,
        "qkv_bias": True,
        "shared_expert_intermediate_size": 24,
        "sliding_window": 4,
    },
)

variant(
    "gpt2",
    {
        "activation_function": "gelu_new",
        "architectures": ["GPT2LMHeadModel"],
        "attn_pdrop": 0.0,
        "bos_token_id": 39,
        "embd_pdrop": 0.0,
        "eos_token_id": 39,
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-05,
        "model_type": "gpt2",
        "n_embd": 24,
        "n_head": 3,
        "n_inner": None,
        "n_layer": 2,
        "n_positions": 16,
        "reorder_and_upcast_attn": False,
        "resid_pdrop": 0.0,
        "scale_attn_by_inverse_layer_idx": False,
        "scale_attn_weights": True,
        "torch_dtype": "float16",
        "transformers_version": "4.55.0",
        "use_cache": True,
        "vocab_size": 40,
    },
)
variant(
    "gpt_neo",
    {
        "activation_function": "gelu_new",
        "architectures": ["GPTNeoForCausalLM"],
        "attention_dropout": 0.0,
        "attention_layers": ["global", "local"],
        "attention_types": [[["global", "local"], 1]],
        "bos_token_id": 39,
        "embed_dropout": 0.0,
        "eos_token_id": 39,
        "hidden_size": 32,
        "initializer_range": 0.02,
        "intermediate_size": 32,
        "layer_norm_epsilon": 1e-05,
        "max_position_embeddings": 16,
        "model_type": "gpt_neo",
        "num_heads": 2,
        "num_layers": 2,
        "resid_dropout": 0.0,
        "torch_dtype": "float16",
        "transformers_version": "4.55.0",
        "use_cache": True,
        "vocab_size": 40,
        "window_size": 4,
    },
)
