import { describe, expect, it } from "vitest";
import { cached, contents, hub, pull } from "./pull.support.ts";
import { type HubServer, refuse } from "./server.support.ts";

describe("pullDataset keeps nothing", () => {
  const instead = (send: (response: Parameters<HubServer["instead"]>[1]) => void) => {
    // The first file comes whole, the second is probed for one byte and then does not.
    let asked = 0;
    hub.instead = (at, response) => {
      if (!at.startsWith("storage:") || !at.endsWith("0001.parquet") || ++asked < 2) return false;
      send(response);
      return true;
    };
  };

  it("of a file with another hash", async () => {
    instead((response) => response.end("Second rows"));
    await expect(pull()).rejects.toThrow(
      /cannot download "main\/test\/0001\.parquet" of the data set "openai\/gsm8k" from "http.*": its hash is "[0-9a-f]{64}", not/,
    );
    expect(cached()).toEqual([]);
  });

  it("of a file with another size", async () => {
    instead((response) => response.end("second"));
    await expect(pull()).rejects.toThrow("6 bytes came, 11 are listed");
    expect(cached()).toEqual([]);
  });

  it("of a transfer that breaks off, and starts again", async () => {
    instead((response) => {
      response.writeHead(200, { "content-length": 11 });
      response.write("secon", () => response.destroy());
    });
    await expect(pull()).rejects.toThrow(
      /0001\.parquet".*: the transfer broke off after \d of 11 bytes \(.+\); try again/,
    );
    expect(cached()).toEqual([]);
    hub.instead = () => false;
    expect(contents((await pull()).files)).toEqual(["first rows", "second rows"]);
  });

  it("of a file that is refused", async () => {
    instead((response) => refuse(response, 403, "GatedRepo"));
    await expect(pull()).rejects.toThrow(/the transfer broke off after 0 of 11 bytes \(.*is gated or private/);
    expect(cached()).toEqual([]);
  });
});
