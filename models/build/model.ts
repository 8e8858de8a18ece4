import { join } from "node:path";
import type { Architecture, Tensor } from "./architecture.ts";
import { openCheckpoint, readJson, renamed, type Checkpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { isWeightDtype, weightDtypes } from "./dtype.ts";
import { readArchitecture } from "./families.ts";
import { tensorsOf } from "./tensors.ts";

/** A checkpoint together with the architecture that its config states and its tensors bear out. */
export interface Model {
  architecture: Architecture;
  checkpoint: Checkpoint;
}

/** Opens a model folder, reading headers only. The caller closes `checkpoint`. */
export async function openModel(folder: string): Promise<Model> {
  const configPath = join(folder, "config.json");
  const architecture = readArchitecture(await readJson(configPath), configPath);
  const opened = await openCheckpoint(folder);
  try {
    const checkpoint = underKnownNames(opened, architecture);
    refuseMismatch(architecture, checkpoint);
    return { architecture, checkpoint };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

const headName = "lm_head.weight";

/**
 * Two spellings of `transformers` are read as the one the architecture has. A model stored without its head lacks the first part of
 * every name ("transformer.", "model."). A tied matrix is stored once, under either of its two names: the alphabetically first is kept.
 */
function underKnownNames(checkpoint: Checkpoint, { embedding, head }: Architecture): Checkpoint {
  const { tensors } = checkpoint;
  const { name } = embedding.tensor;
  if (tensors.has(name)) return checkpoint;
  const prefix = name.slice(0, name.indexOf(".") + 1);
  if (tensors.has(name.slice(prefix.length))) {
    return renamed(checkpoint, (stored) => (stored === headName ? stored : prefix + stored));
  }
  if (!head && tensors.has(headName)) return renamed(checkpoint, (stored) => (stored === headName ? name : stored));
  return checkpoint;
}

function refuseMismatch(architecture: Architecture, { folder, tensors }: Checkpoint): void {
  const expected = tensorsOf(architecture);
  const missing = expected.filter(({ name }) => !tensors.has(name));
  if (missing.length > 0) {
    throw new CheckpointError(
      `${folder} lacks ${counted(missing.length, "tensor")} that model_type ${architecture.modelType} needs: ${names(missing)}`,
    );
  }
  const misshapen = expected.filter(({ name, shape }) => String(tensors.get(name)!.shape) !== String(shape));
  if (misshapen.length > 0) {
    const each = misshapen.map(
      ({ name, shape }) => `${name} should be [${shape.join(", ")}] and is [${tensors.get(name)!.shape.join(", ")}]`,
    );
    throw new CheckpointError(`${folder} contradicts its config.json: ${each.join("; ")}`);
  }
  const strange = expected.find(({ name }) => !isWeightDtype(tensors.get(name)!.dtype));
  if (strange) {
    throw new CheckpointError(
      `${folder} stores tensor "${strange.name}" as ${tensors.get(strange.name)!.dtype}; weights may be ${weightDtypes.join(", ")}`,
    );
  }
  const known = new Set(expected.map(({ name }) => name));
  const unread = [...tensors.keys()].filter((name) => !known.has(name) && !isRedundant(name, architecture));
  if (unread.length > 0) {
    throw new CheckpointError(
      `${folder} holds ${counted(unread.length, "tensor")} that model_type ${architecture.modelType} does not read, so its text would be wrong: ${unread.join(", ")}`,
    );
  }
}

/** Tensors that repeat what is known already: rotary frequencies and causal masks of old checkpoints, and a tied matrix's second name. */
function isRedundant(name: string, { head }: Architecture): boolean {
  return (
    name.endsWith(".rotary_emb.inv_freq") ||
    /\.attn(\.attention)?\.(masked_)?bias$/.test(name) ||
    (head === undefined && name === headName)
  );
}

function counted(count: number, noun: string): string {
  return count === 1 ? `a ${noun}` : `${count} ${noun}s`;
}

function names(tensors: readonly Tensor[]): string {
  return tensors.map(({ name }) => name).join(", ");
}
