import { statfs } from "node:fs/promises";
import { CheckpointError } from "./checkpointerror.ts";

/** Refuses to begin writing `bytes` into `folder` where they would not fit; `what` is what is to be written. */
export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes <= free) return;
  throw new CheckpointError(
    `cannot write ${what} to ${folder}: it takes ${bytes} bytes and ${free} are free; ` +
      `make room, choose a smaller precision, or set PERJOULE_CACHE to a folder on another disk`,
  );
}
