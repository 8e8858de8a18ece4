"""Configs with the keys that transformers (4.55) or the publisher writes: families with experts, but Qwen's."""

from configs import CONFIGS, FULL_HEADS, SHARED, TIED, variant

__all__ = ["CONFIGS"]

variant(
    "mixtral",
    {key: value for key, value in SHARED.items() if key != "rope_scaling"},
    {
        "architectures": ["MixtralForCausalLM"],
        "head_dim": None,
        "model_type": "mixtral",
        "num_experts_per_tok": 2,
        "num_local_experts": 4,
        "output_router_logits": False,
        "rope_theta": 1000000.0,
        "router_aux_loss_coef": 0.02,
        "router_jitter_noise": 0.0,
        "sliding_window": None,
    },
)
OLMOE = {
    **SHARED,
    "architectures": ["OlmoeForCausalLM"],
    "attention_bias": False,
    "clip_qkv": None,
    "model_type": "olmoe",
    "norm_topk_prob": False,
    "output_router_logits": False,
    "pad_token_id": 1,
    "router_aux_loss_coef": 0.01,
}
variant("olmoe", OLMOE, FULL_HEADS, {"num_experts": 5, "num_experts_per_tok": 3})
variant("olmoe_clip", OLMOE, {"clip_qkv": 1.5, "num_experts": 4, "num_experts_per_tok": 2})
variant(
    "granitemoe",
    SHARED,
    TIED,
    {
        "architectures": ["GraniteMoeForCausalLM"],
        "attention_bias": False,
        "attention_multiplier": 0.25,
        "embedding_multiplier": 12.0,
        "logits_scaling": 3.0,
        "model_type": "granitemoe",
        "num_experts_per_tok": 2,
        "num_local_experts": 4,
        "output_router_logits": False,
        "pad_token_id": 0,
        "residual_multiplier": 0.75,
        "rms_norm_eps": 1e-06,
        "router_aux_loss_coef": 0.0,
    },
)

DEEPSEEK_YARN = {
    "beta_fast": 32,
    "beta_slow": 1,
    "factor": 40,
    "mscale": 0.707,
    "mscale_all_dim": 0.707,
    "original_max_position_embeddings": 64,
    "type": "yarn",
}
DEEPSEEK = {
    **SHARED,
    **FULL_HEADS,
    "architectures": ["DeepseekV2ForCausalLM"],
    "attention_bias": False,
    "aux_loss_alpha": 0.001,
    "ep_size": 1,
    "first_k_dense_replace": 1,
    "kv_lora_rank": 16,
    "max_position_embeddings": 2560,
    "model_type": "deepseek_v2",
    "moe_intermediate_size": 16,
    "moe_layer_freq": 1,
    "n_group": 1,
    "n_routed_experts": 6,
    "n_shared_experts": 2,
    "norm_topk_prob": False,
    "num_experts_per_tok": 3,
    "pretraining_tp": 1,
    "q_lora_rank": None,
    "qk_nope_head_dim": 16,
    "qk_rope_head_dim": 8,
    "rms_norm_eps": 1e-06,
    "rope_scaling": DEEPSEEK_YARN,
    "rope_theta": 10000,
    "routed_scaling_factor": 1.0,
    "scoring_func": "softmax",
    "seq_aux": True,
    "topk_group": 1,
    "topk_method": "greedy",
    "v_head_dim": 16,
}
variant("deepseek_v2_lite", DEEPSEEK)
variant(
    "deepseek_v2",  # mscale differs from mscale_all_dim, so that cos and sin have a factor
    DEEPSEEK,
    {
        "n_group": 3,
        "q_lora_rank": 24,
        "rope_scaling": {**DEEPSEEK_YARN, "mscale": 1.0},
        "routed_scaling_factor": 16.0,
        "topk_group": 2,
        "topk_method": "group_limited_greedy",
    },
)

GPT_OSS = {
    **SHARED,
    "architectures": ["GptOssForCausalLM"],
    "attention_bias": True,
    "experts_per_token": 2,
    "head_dim": 8,
    "initial_context_length": 128,
    "intermediate_size": 32,
    "layer_types": ["sliding_attention", "full_attention"],
    "max_position_embeddings": 4096,
    "model_type": "gpt_oss",
    "num_experts_per_tok": 2,
    "num_local_experts": 4,
    "output_router_logits": False,
    "pad_token_id": 0,
    "rope_scaling": {
        "beta_fast": 8.0,
        "beta_slow": 1.0,
        "factor": 32.0,
        "original_max_position_embeddings": 128,
        "rope_type": "yarn",
        "truncate": False,
    },
    "rope_theta": 10000,
    "router_aux_loss_coef": 0.9,
    "sliding_window": 4,
    "swiglu_limit": 7.0,
}
variant("gpt_oss", GPT_OSS)
UNQUANTIZED = ["model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]
variant(
    "gpt_oss_mxfp4",
    GPT_OSS,
    {"quantization_config": {"modules_to_not_convert": UNQUANTIZED, "quant_method": "mxfp4"}},
)

LFM2 = {
    **{key: value for key, value in SHARED.items() if key not in ("rms_norm_eps", "rope_scaling", "hidden_act")},
    "conv_L_cache": 3,
    "norm_eps": 1e-05,
    "num_hidden_layers": 3,
    "rope_theta": 1000000.0,
}
variant(
    "lfm2",  # as the first configs were written: 50 becomes 33, times 1.2 is 39, in eights 40
    {key: value for key, value in LFM2.items() if key not in ("intermediate_size", "tie_word_embeddings")},
    {
        "architectures": ["Lfm2ForCausalLM"],
        "block_auto_adjust_ff_dim": True,
        "block_ff_dim": 50,
        "block_ffn_dim_multiplier": 1.2,
        "block_multiple_of": 8,
        "conv_bias": True,
        "full_attn_idxs": [1],
        "model_type": "lfm2",
        "tie_embedding": True,
    },
)
variant(
    "lfm2_moe",
    LFM2,
    {
        "architectures": ["Lfm2MoeForCausalLM"],
        "conv_L_cache": 4,
        "conv_bias": False,
        "layer_types": ["conv", "full_attention", "conv"],
        "model_type": "lfm2_moe",
        "moe_intermediate_size": 24,
        "norm_topk_prob": True,
        "num_dense_layers": 1,
        "num_experts": 6,
        "num_experts_per_tok": 3,
        "routed_scaling_factor": 1.5,
        "use_expert_bias": True,
    },
)
