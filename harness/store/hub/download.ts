import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { askHub, type Hub, networkReason } from "./client.ts";
import type { HubDataset } from "./dataset.ts";
import type { HubFile } from "./split.ts";

/** A data set at a commit. */
export interface HubTree {
  readonly hub: Hub;
  readonly wanted: HubDataset;
  readonly commit: string;
}

/** Every file there. */
export async function listDataset({ hub, wanted, commit }: HubTree): Promise<HubFile[]> {
  const { listFiles } = await import("@huggingface/hub");
  const repo = { type: "dataset", name: wanted.id } as const;
  return askHub(hub, wanted, async (common) => {
    const files: HubFile[] = [];
    for await (const entry of listFiles({ repo, revision: commit, recursive: true, ...common })) {
      const { type, path, size, oid, lfs } = entry;
      if (type !== "file") continue;
      if (lfs) files.push({ path, size: lfs.size, digest: { of: "bytes", sha256: lfs.oid } });
      else if (oid) files.push({ path, size, digest: { of: "blob", sha1: oid } });
      else throw new TypeError(`no hash of "${path}"`);
    }
    return files;
  });
}

/** Streams a file of a data set to disk, and fails unless its size and digest are those of the listing. */
export async function downloadTo(target: string, { hub, wanted, commit }: HubTree, file: HubFile): Promise<void> {
  const { downloadFile } = await import("@huggingface/hub");
  const failed = (reason: string, cause?: unknown) =>
    new Error(
      `cannot download "${file.path}" of the data set "${wanted.id}" from "${hub.endpoint}": ${reason}; try again`,
      { cause },
    );
  const repo = { type: "dataset", name: wanted.id } as const;
  const address = file.path.split("/").map(encodeURIComponent).join("/");
  // Without xet it is one plain stream, whatever the hub keeps the file in.
  const blob = await askHub(hub, wanted, (common) =>
    downloadFile({ repo, path: address, revision: commit, xet: false, ...common }),
  );
  if (!blob) throw failed("it is listed, but not there");
  const { of } = file.digest;
  const hash = createHash(of === "bytes" ? "sha256" : "sha1");
  // What git hashes for the name of a blob.
  if (of === "blob") hash.update(`blob ${file.size}\0`);
  let size = 0;
  async function* received(stream: AsyncIterable<Uint8Array>) {
    try {
      for await (const bytes of stream) {
        size += bytes.byteLength;
        hash.update(bytes);
        yield bytes;
      }
    } catch (cause) {
      throw failed(`the transfer broke off after ${size} of ${file.size} bytes (${networkReason(cause)})`, cause);
    }
  }
  await pipeline(received(blob.stream()), createWriteStream(target));
  if (size !== file.size) throw failed(`${size} bytes came, ${file.size} are listed`);
  const stated = file.digest.of === "bytes" ? file.digest.sha256 : file.digest.sha1;
  const found = hash.digest("hex");
  if (found !== stated) throw failed(`its hash is "${found}", not "${stated}" as listed`);
}
