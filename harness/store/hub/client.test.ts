import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ID, cache, commit, hub, notes, pull, wanted } from "./pull.support.ts";
import { hubServer, refuse } from "./server.support.ts";

describe("pullDataset refuses", () => {
  it.each([
    [
      { ...wanted, id: "nobody/nothing" },
      /there is no data set "nobody\/nothing": .* answered 404 RepoNotFound; check the name, set HF_TOKEN/,
    ],
    [{ ...wanted, id: "../../etc" }, /cannot pull the data set "\.\.\/\.\.\/etc": it is no name of one/],
    [
      { ...wanted, revision: "v9" },
      /the data set "openai\/gsm8k" has no revision "v9": .* answered 404 RevisionNotFound/,
    ],
    [{ ...wanted, revision: "0".repeat(40) }, /has no revision "0{40}"/],
    [{ ...wanted, split: "dev" }, /"main" of the data set "openai\/gsm8k" has no split "dev"; it has: test, train$/],
    [{ ...wanted, config: "maine" }, /the data set "openai\/gsm8k" has no config "maine"; it has: main, socratic$/],
    [{ id: ID, split: "test" }, /has several configs, and none is named; choose of: main, socratic$/],
  ])("%o", async (dataset, message) => {
    await expect(pull(dataset)).rejects.toThrow(message);
  });

  it("a data set that is gated, where only its files are", async () => {
    hub.instead = (at, response) => {
      if (!at.startsWith("api:/datasets/")) return false;
      refuse(response, 401, "GatedRepo");
      return true;
    };
    await expect(pull()).rejects.toThrow(
      new RegExp(
        `"${ID}" is gated or private: .* answered 401 GatedRepo; accept its terms at "${hub.endpoint}/datasets/${ID}"; set HF_TOKEN`,
      ),
    );
    await expect(pull(wanted, { HF_TOKEN: "hf_secret" })).rejects.toThrow("HF_TOKEN is set, but may not read it");
  });
});

describe("HF_TOKEN", () => {
  it("goes to the hub and nowhere else", async () => {
    const pulled = await pull(wanted, { HF_TOKEN: " hf_secret\n" });
    expect(new Set(hub.tokens)).toEqual(new Set(["api Bearer hf_secret"]));
    const written = readdirSync(cache, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
    expect(JSON.stringify([pulled, notes, written])).not.toContain("hf_secret");
  });

  it("does not go along to a page of the listing that lies elsewhere", async () => {
    const elsewhere = await hubServer(hub.datasets);
    const tree = `/api/datasets/${ID}/tree/${commit}`;
    hub.instead = (at, response) => {
      if (at !== `api:${tree}`) return false;
      response.writeHead(200, { link: `<${elsewhere.endpoint}${tree}>; rel="next"` }).end("[]");
      return true;
    };
    await pull(wanted, { HF_TOKEN: "hf_secret" }).finally(elsewhere.close);
    expect(elsewhere.requests).toEqual([`GET ${tree}`]);
    expect(elsewhere.tokens).toEqual([]);
    expect(hub.tokens).not.toEqual([]);
  });

  it("is not shown where it cannot be sent", async () => {
    const error = await pull(wanted, { HF_TOKEN: "hf_sec\nret" }).catch(String);
    expect(error).toBe("Error: HF_TOKEN holds characters that no token has");
  });
});

describe("HF_ENDPOINT", () => {
  it.each([
    ["hub.example", /HF_ENDPOINT is "hub\.example", not the address of a hub/],
    ["https://me:secret@hub.example", /^HF_ENDPOINT holds a user name or a password; leave it out, and set HF_TOKEN$/],
  ])("%s is refused", async (endpoint, message) => {
    await expect(pull(wanted, { HF_ENDPOINT: endpoint })).rejects.toThrow(message);
  });

  it("may end in a slash", async () => {
    await expect(pull(wanted, { HF_ENDPOINT: `${hub.endpoint}/` })).resolves.toHaveProperty("commit", commit);
  });
});
