import { join } from "node:path";
import { tensorsOf, type Architecture, type Tensor } from "./architecture.ts";
import { openCheckpoint, readJson, type Checkpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { readArchitecture } from "./families.ts";

/** A checkpoint together with the architecture that its config states and its tensors bear out. */
export interface Model {
  architecture: Architecture;
  checkpoint: Checkpoint;
}

/** Opens a model folder, reading headers only. The caller closes `checkpoint`. */
export async function openModel(folder: string): Promise<Model> {
  const configPath = join(folder, "config.json");
  const stated = readArchitecture(await readJson(configPath), configPath);
  const checkpoint = await openCheckpoint(folder);
  try {
    const architecture = withStoredEmbedding(stated, checkpoint);
    refuseMismatch(architecture, checkpoint);
    return { architecture, checkpoint };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

const headName = "lm_head.weight";

/** A tied matrix is stored once, under either of its two names: `transformers` keeps the alphabetically first. */
function withStoredEmbedding(architecture: Architecture, { shapes }: Checkpoint): Architecture {
  const tied = architecture.head === undefined;
  if (!tied || shapes.has(architecture.embedding.name) || !shapes.has(headName)) return architecture;
  return { ...architecture, embedding: { ...architecture.embedding, name: headName } };
}

function refuseMismatch(architecture: Architecture, { folder, shapes }: Checkpoint): void {
  const expected = tensorsOf(architecture);
  const missing = expected.filter(({ name }) => !shapes.has(name));
  if (missing.length > 0) {
    throw new CheckpointError(
      `${folder} lacks ${counted(missing.length, "tensor")} that model_type ${architecture.modelType} needs: ${names(missing)}`,
    );
  }
  const misshapen = expected.filter(({ name, shape }) => String(shapes.get(name)) !== String(shape));
  if (misshapen.length > 0) {
    const each = misshapen.map(
      ({ name, shape }) => `${name} should be [${shape.join(", ")}] and is [${shapes.get(name)!.join(", ")}]`,
    );
    throw new CheckpointError(`${folder} contradicts its config.json: ${each.join("; ")}`);
  }
  const known = new Set(expected.map(({ name }) => name));
  const unread = [...shapes.keys()].filter((name) => !known.has(name) && !isRedundant(name, architecture));
  if (unread.length > 0) {
    throw new CheckpointError(
      `${folder} holds ${counted(unread.length, "tensor")} that model_type ${architecture.modelType} does not read, so its text would be wrong: ${unread.join(", ")}`,
    );
  }
}

/** Tensors that repeat what is known already: rotary frequencies of old checkpoints, and the second name of a tied matrix. */
function isRedundant(name: string, { head }: Architecture): boolean {
  return name.endsWith(".rotary_emb.inv_freq") || (head === undefined && name === headName);
}

function counted(count: number, noun: string): string {
  return count === 1 ? `a ${noun}` : `${count} ${noun}s`;
}

function names(tensors: readonly Tensor[]): string {
  return tensors.map(({ name }) => name).join(", ");
}
