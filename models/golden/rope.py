"""Frequencies of rotary positions, as `modeling_rope_utils.py` of transformers computes them, in float64."""

import math

import numpy as np


def plain(theta, dim):
    return theta ** (-np.arange(0, dim, 2) / dim)


def llama3(frequencies, scaling):
    """`_compute_llama3_parameters`: long waves slowed by the factor, short ones kept, a blend between them."""
    wavelength = 2 * math.pi / frequencies
    original = scaling["original_max_position_embeddings"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    slowed = frequencies / scaling["factor"]
    smooth = (original / wavelength - low) / (high - low)
    blended = (1 - smooth) * slowed + smooth * frequencies
    return np.where(wavelength > original / low, slowed, np.where(wavelength < original / high, frequencies, blended))


def yarn_mscale(factor, mscale=1.0):
    """0.1 * mscale * ln(factor) + 1 (YaRN, arXiv 2309.00071, equation 22; mscale as in DeepSeek-V2)."""
    return 1.0 if factor <= 1 else 0.1 * mscale * math.log(factor) + 1.0


def yarn(theta, dim, scaling, max_positions):
    """`_compute_yarn_parameters`: (frequencies, factor of cos and sin)."""
    factor = scaling["factor"]
    original = scaling.get("original_max_position_embeddings") or max_positions

    def turning(rotations):
        """The dimension whose wave turns so often within the original context."""
        return dim * math.log(original / (rotations * 2 * math.pi)) / (2 * math.log(theta))

    low, high = turning(scaling.get("beta_fast") or 32), turning(scaling.get("beta_slow") or 1)
    if scaling.get("truncate", True):
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, dim - 1)
    if low == high:
        high += 0.001
    ramp = np.clip((np.arange(dim // 2) - low) / (high - low), 0, 1)
    frequencies = plain(theta, dim)
    mixed = frequencies / factor * ramp + frequencies * (1 - ramp)
    stretch = scaling.get("attention_factor")
    if stretch is None:
        if scaling.get("mscale") and scaling.get("mscale_all_dim"):
            stretch = yarn_mscale(factor, scaling["mscale"]) / yarn_mscale(factor, scaling["mscale_all_dim"])
        else:
            stretch = yarn_mscale(factor)
    return mixed, stretch


def frequencies_of(config, dim):
    """(frequencies [dim / 2], factor of cos and sin) of a config."""
    theta = config["rope_theta"]
    scaling = config.get("rope_scaling")
    if scaling is None:
        return plain(theta, dim), 1.0
    kind = scaling.get("rope_type", scaling.get("type"))
    if kind == "linear":
        return plain(theta, dim) / scaling["factor"], 1.0
    if kind == "llama3":
        return llama3(plain(theta, dim), scaling), 1.0
    if kind == "yarn":
        return yarn(theta, dim, scaling, config["max_position_embeddings"])
    raise ValueError(f'rope type "{kind}" has no frequencies here')


def table(config, dim, tokens, off=frozenset()):
    """cos and sin of all positions, each [tokens, dim / 2]."""
    frequencies, stretch = frequencies_of(config, dim)
    if "factor of cos and sin" in off:
        stretch = 1.0
    angles = np.arange(tokens)[:, None] * frequencies[None, :]
    return np.cos(angles) * stretch, np.sin(angles) * stretch
