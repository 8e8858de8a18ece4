import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ID, OFFLINE, commit, contents, hub, notes, pull, wanted } from "./pull.support.ts";
import { refuse } from "./server.support.ts";

describe("pullDataset without the hub", () => {
  it("uses the copy that it has", async () => {
    const first = await pull();
    const { endpoint } = hub;
    await hub.close();
    notes.length = 0;
    expect(await pull(wanted, { HF_ENDPOINT: endpoint })).toEqual(first);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      new RegExp(
        `^the hub cannot be reached \\(.*ECONNREFUSED.*\\); using the copy of ${commit}, pulled \\d{4}-\\d\\d-\\d\\d$`,
      ),
    );
  });

  it.each([429, 503])("counts an answer of %d as none", async (status) => {
    const first = await pull();
    hub.instead = (_, response) => {
      refuse(response, status);
      return true;
    };
    expect(await pull()).toEqual(first);
    expect(notes.at(-1)).toContain(`(it answered ${status}); using the copy`);
  });

  it("counts the page of a network's login as none", async () => {
    const first = await pull();
    hub.instead = (_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>");
      return true;
    };
    expect(await pull()).toEqual(first);
    expect(notes.at(-1)).toMatch(/^the hub cannot be reached \(it does not answer as a hub does \(.+\)\); using/);
  });

  it("says what it tried and what to do where it has no copy", async () => {
    await hub.close();
    await expect(pull()).rejects.toThrow(
      new RegExp(
        `^cannot pull the data set "${ID}": "${hub.endpoint}/api/datasets/.*" cannot be reached: .*ECONNREFUSED.*; give a local copy with --data TASK=PATH, or set HF_ENDPOINT to a mirror$`,
      ),
    );
    await expect(pull(wanted, OFFLINE)).rejects.toThrow("cannot be reached: HF_HUB_OFFLINE is set");
  });

  it("has no copy of another split, config or revision", async () => {
    await pull();
    const others = [{ split: "train" }, { config: "socratic" }, { revision: "main" }];
    for (const other of others) {
      await expect(pull({ ...wanted, ...other }, OFFLINE)).rejects.toThrow("HF_HUB_OFFLINE is set");
    }
  });

  it("does not use a copy that is damaged", async () => {
    const { files } = await pull();
    rmSync(files[0] as string);
    await expect(pull(wanted, OFFLINE)).rejects.toThrow("HF_HUB_OFFLINE is set");
    expect(contents((await pull()).files)).toEqual(["first rows", "second rows"]);
  });
});
