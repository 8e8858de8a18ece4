import { type Hub, HubError, askHub } from "./client.ts";
import type { HubDataset } from "./dataset.ts";

/** Where the hub keeps what it has converted to Parquet of a data set. */
const CONVERSION = "refs/convert/parquet";

const COMMIT = /^[0-9a-f]{40}$/;

export interface FoundCommit {
  readonly commit: string;
  /** Why the hub could not be asked, where it is the commit known from before. */
  readonly offline?: string;
}

/** The commit that the wanted revision is now; where the hub cannot be reached, the `known` one if there is one. */
export async function currentCommit(
  hub: Hub,
  wanted: HubDataset,
  { known, onNote }: { known: string | undefined; onNote: (note: string) => void },
): Promise<FoundCommit> {
  const { revision, id } = wanted;
  if (revision !== undefined && COMMIT.test(revision)) return { commit: revision };
  try {
    if (revision !== undefined) return { commit: await commitOf(hub, wanted, revision) };
    const converted = await commitOf(hub, wanted, CONVERSION).catch((error: unknown) => {
      if (!(error instanceof HubError && error.problem === "no-revision")) throw error;
    });
    if (converted) return { commit: converted };
    const commit = await commitOf(hub, wanted, "main");
    onNote(`the hub has no Parquet conversion of "${id}"; looking in the files of its main branch`);
    return { commit };
  } catch (error) {
    if (known === undefined || !(error instanceof HubError && error.problem === "unreachable")) throw error;
    return { commit: known, offline: error.reason };
  }
}

async function commitOf(hub: Hub, wanted: HubDataset, revision: string): Promise<string> {
  const { datasetInfo } = await import("@huggingface/hub");
  return askHub(hub, wanted, async (common) => {
    const { sha } = await datasetInfo({ name: wanted.id, revision, additionalFields: ["sha"], ...common });
    if (COMMIT.test(sha)) return sha;
    throw new TypeError(`no commit of "${revision}"`);
  });
}
