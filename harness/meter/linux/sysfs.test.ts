import { describe, expect, test } from "vitest";
import { fakeHost } from "../host.support.ts";
import { text, whyUnreadable, wholeNumber } from "./sysfs.ts";

const FILE = "/sys/energy_uj";

describe("wholeNumber", () => {
  test("is exact beyond 2^53", () => {
    const host = fakeHost();
    host.write(FILE, "9007199254740993");
    expect(wholeNumber(host, FILE)).toBe(9_007_199_254_740_993n);
  });

  test("keeps the sign", () => {
    const host = fakeHost();
    host.write(FILE, -12);
    expect(wholeNumber(host, FILE)).toBe(-12n);
  });

  test.each(["", "12.5", "N/A", "0x10", "1 2"])("is absent for '%s'", (content) => {
    const host = fakeHost();
    host.write(FILE, content);
    expect(wholeNumber(host, FILE)).toBeUndefined();
  });
});

test("a file that cannot be read has no text and a reason", () => {
  const host = fakeHost();
  expect([text(host, FILE), wholeNumber(host, FILE), whyUnreadable(host, FILE)]).toEqual([
    undefined,
    undefined,
    "ENOENT",
  ]);
  host.write(FILE, 5);
  expect([text(host, FILE), whyUnreadable(host, FILE)]).toEqual(["5", undefined]);
  host.fail(FILE, "EACCES");
  expect(whyUnreadable(host, FILE)).toBe("EACCES");
});
