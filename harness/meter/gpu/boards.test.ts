import { describe, expect, test } from "vitest";
import { type Board, boardFlags, SETTLING, settlingOf, visibleBoards } from "./boards.ts";

const board = (index: number, state: Partial<Board> = {}): Board => ({
  index,
  uuid: `GPU-${"abcdef"[index]}1-00`,
  name: "NVIDIA H200",
  ...state,
});
const FOUR = [0, 1, 2, 3].map((index) => board(index));

describe("visibleBoards", () => {
  const indices = (value: string | undefined, boards = FOUR, order?: string): number[] =>
    visibleBoards(boards, { CUDA_VISIBLE_DEVICES: value, CUDA_DEVICE_ORDER: order }).boards.map(({ index }) => index);

  test("is all of them where nothing restricts", () => {
    expect(indices(undefined)).toEqual([0, 1, 2, 3]);
  });

  test("takes numbers, and beginnings of UUIDs", () => {
    expect(indices("2, 0")).toEqual([2, 0]);
    expect(indices("GPU-b1,gpu-D1-00")).toEqual([1, 3]);
  });

  test("counts a board named twice once", () => {
    expect(indices("1,1,GPU-b1")).toEqual([1]);
  });

  test("ends at the first invalid entry, as CUDA does", () => {
    expect(indices("0,-1,1")).toEqual([0]);
    expect(indices("3,9,1")).toEqual([3]);
    expect(indices("")).toEqual([]);
  });

  test("does not take a beginning that two boards share", () => {
    expect(indices("GPU-a", [board(0), { ...board(1), uuid: "GPU-ab" }])).toEqual([]);
  });

  test("takes the board of a slice that names it", () => {
    expect(indices("MIG-GPU-c1-00/3/0")).toEqual([2]);
  });

  test("counts all boards, and says so, where it cannot be told which are meant", () => {
    expect(visibleBoards(FOUR, { CUDA_VISIBLE_DEVICES: "MIG-5c8a" })).toEqual({
      boards: FOUR,
      flags: ['CUDA_VISIBLE_DEVICES names the slice "MIG-5c8a": all boards counted'],
    });
    const mixed = [board(0), board(1, { name: "T4" })];
    expect(visibleBoards(mixed, { CUDA_VISIBLE_DEVICES: "1" })).toEqual({
      boards: mixed,
      flags: ["CUDA_VISIBLE_DEVICES counts in CUDA's own order: all boards counted"],
    });
    expect(indices("1", mixed, "PCI_BUS_ID")).toEqual([1]);
  });
});

describe("boardFlags", () => {
  test("says nothing of boards in order", () => {
    expect(boardFlags([board(0, { isPersistent: true, isSliced: false, processes: [process.pid] })])).toEqual([]);
    expect(boardFlags([board(0)])).toEqual([]);
  });

  test("names slices and other processes as sharing", () => {
    expect(boardFlags([board(0, { isSliced: true }), board(1, { processes: [1] })])).toEqual([
      "board shared: MIG is on",
      "board shared with another process",
    ]);
  });
});

describe("settlingOf", () => {
  test("waits for boards that the first look wakes, and for no other", () => {
    expect(settlingOf([board(0, { isPersistent: true }), board(1)])).toBe(0);
    expect(settlingOf([board(0, { isPersistent: true }), board(1, { isPersistent: false })])).toBe(SETTLING);
  });
});
