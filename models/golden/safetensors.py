"""Reading and writing safetensors files (header of 8 bytes length, JSON, then the tensors' bytes), with numpy only."""

import json
import struct

import numpy as np

ITEM_BYTES = {"F32": 4, "BF16": 2, "F16": 2, "U8": 1}


def to_bytes(values, dtype):
    """The stored bytes of an array; BF16 is the upper half of a float32, rounded to nearest, ties to even."""
    if dtype == "U8":
        return np.ascontiguousarray(values, dtype="<u1").tobytes()
    if dtype == "F16":
        return np.ascontiguousarray(values, dtype="<f2").tobytes()
    bits = np.ascontiguousarray(values, dtype="<f4").view("<u4")
    if dtype == "F32":
        return bits.tobytes()
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()


def from_bytes(data, dtype, shape):
    """The array that stored bytes mean: float64 for floats (exact), uint8 for U8."""
    if dtype == "U8":
        return np.frombuffer(data, dtype="<u1").reshape(shape)
    if dtype == "F16":
        return np.frombuffer(data, dtype="<f2").astype(np.float64).reshape(shape)
    if dtype == "F32":
        return np.frombuffer(data, dtype="<f4").astype(np.float64).reshape(shape)
    upper = np.frombuffer(data, dtype="<u2").astype("<u4") << 16
    return upper.view("<f4").astype(np.float64).reshape(shape)


def write(path, tensors, dtype):
    """Writes float arrays as `dtype` and uint8 arrays as U8, in the order of their names."""
    header = {"__metadata__": {"format": "pt"}}
    payload = []
    offset = 0
    for name in sorted(tensors):
        stored = "U8" if tensors[name].dtype == np.uint8 else dtype
        data = to_bytes(tensors[name], stored)
        at = [offset, offset + len(data)]
        header[name] = {"dtype": stored, "shape": list(tensors[name].shape), "data_offsets": at}
        payload.append(data)
        offset += len(data)
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head + b"".join(payload))


def read(path):
    """All tensors of a file, by name."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = data[8 + length :]
    return {name: from_bytes(body[slice(*x["data_offsets"])], x["dtype"], x["shape"]) for name, x in header.items()}
