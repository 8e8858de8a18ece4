import path from "node:path";
import { describe, expect, it } from "vitest";
import { CONVERSION, ID, OFFLINE, commit, contents, converted, hub, notes, pull, wanted } from "./pull.support.ts";
import { commitOfBranch } from "./server.support.ts";

describe("pullDataset", () => {
  it("brings the files of a split in order, and says what they are", async () => {
    const { files, source, commit: found } = await pull();
    expect(contents(files)).toEqual(["first rows", "second rows"]);
    expect(files.map((file) => path.basename(file))).toEqual(["main--test--0000.parquet", "main--test--0001.parquet"]);
    expect(source).toBe(`hub:${ID}@${commit}/main/test`);
    expect(found).toBe(commit);
    expect(notes).toEqual([`pulling ${ID} main/test, 2 files, 0.0 MB`]);
  });

  it("asks for the commit, its files, and each file's place and content", async () => {
    await pull({ ...wanted, split: "train" });
    const file = `/datasets/${ID}/resolve/${commit}/main/train/0000.parquet`;
    expect(hub.requests).toEqual([
      `GET /api/datasets/${ID}/revision/refs%2Fconvert%2Fparquet`,
      `GET /api/datasets/${ID}/tree/${commit}`,
      `GET ${file}`,
      `GET storage:${file}`,
      `GET ${file}`,
      `GET storage:${file}`,
    ]);
  });

  it("asks for no more than the commit once it has the files", async () => {
    const first = await pull();
    hub.requests.length = 0;
    expect(await pull()).toEqual(first);
    expect(hub.requests).toEqual([`GET /api/datasets/${ID}/revision/refs%2Fconvert%2Fparquet`]);
  });

  it("asks for nothing at all once it has the files of a commit that is named", async () => {
    const first = await pull({ ...wanted, revision: commit });
    hub.requests.length = 0;
    expect(await pull({ ...wanted, revision: commit })).toEqual(first);
    expect(hub.requests).toEqual([]);
  });

  it("follows the hub to a new commit, and keeps the old one", async () => {
    const old = await pull();
    hub.datasets[ID] = { [CONVERSION]: { "main/test/0000.parquet": "new rows" } };
    const now = await pull();
    expect(contents(now.files)).toEqual(["new rows"]);
    expect(now.commit).not.toBe(commit);
    const pinned = await pull({ ...wanted, revision: commit }, OFFLINE);
    expect(pinned.files).toEqual(old.files);
  });

  it("takes the files of a branch that is named", async () => {
    const main = { "main/test-00000-of-00001.parquet": "rows of main", "main/train-00000-of-00001.parquet": "others" };
    hub.datasets[ID] = { main, [CONVERSION]: converted };
    const { files, source } = await pull({ ...wanted, revision: "main" });
    expect(contents(files)).toEqual(["rows of main"]);
    expect(source).toBe(`hub:${ID}@${commitOfBranch(main)}/main/test`);
  });

  it("reads a listing of several pages to its end", async () => {
    hub.pageSize = 2;
    expect(contents((await pull({ ...wanted, config: "socratic" })).files)).toEqual(["socratic rows"]);
  });

  it("asks for files whose names an address would cut short", async () => {
    hub.datasets[ID] = { [CONVERSION]: { "a b#c%20?d/test/0000.parquet": "odd" } };
    expect(contents((await pull({ id: ID, split: "test" })).files)).toEqual(["odd"]);
  });

  it("follows a data set to the name that it has now", async () => {
    hub.instead = (at, response, request) => {
      if (!/datasets\/gsm8k\//.test(at)) return false;
      response.writeHead(307, { location: request.url?.replace("/gsm8k/", `/${ID}/`) }).end();
      return true;
    };
    const { files, source } = await pull({ ...wanted, id: "gsm8k" });
    expect(contents(files)).toEqual(["first rows", "second rows"]);
    expect(source).toBe(`hub:gsm8k@${commit}/main/test`);
  });

  it("takes the plain stream of a file that the hub offers in chunks, too", async () => {
    let offered = 0;
    hub.instead = (at, response, { headers }) => {
      if (!at.startsWith("api:/datasets/") || !headers.accept?.includes("xet-fileinfo")) return false;
      offered++;
      const links = ["xet-auth", "xet-reconstruction-info"].map((rel) => `<${hub.endpoint}/${rel}>; rel="${rel}"`);
      response.writeHead(200, {
        "content-type": "application/vnd.xet-fileinfo+json",
        etag: '"x"',
        "x-linked-size": 13,
        "x-xet-hash": "0".repeat(64),
        link: links.join(", "),
      });
      response.end("{}");
      return true;
    };
    expect(contents((await pull({ ...wanted, split: "train" })).files)).toEqual(["training rows"]);
    expect(offered).toBe(1);
  });

  it("looks in the main branch where there is no conversion, and verifies files that are kept in git", async () => {
    hub.datasets[ID] = { main: { "README.md": "", "data/test.csv": "a,b\n1,2\n", "data/train.csv": "a,b\n" } };
    expect(contents((await pull({ id: ID, split: "test" })).files)).toEqual(["a,b\n1,2\n"]);
    expect(notes[0]).toBe(`the hub has no Parquet conversion of "${ID}"; looking in the files of its main branch`);
    hub.instead = (at, response) => {
      if (!at.includes("resolve") || !at.endsWith(".csv")) return false;
      const body = "a;b\n";
      response.writeHead(200, { etag: '"x"', "content-range": `bytes 0-3/4` }).end(body);
      return true;
    };
    await expect(pull({ id: ID, split: "train" })).rejects.toThrow(
      /its hash is "[0-9a-f]{40}", not "[0-9a-f]{40}" as listed/,
    );
  });
});
