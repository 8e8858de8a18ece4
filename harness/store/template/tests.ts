import { type Signature } from "./call.ts";
import { binary, contains } from "./operators.ts";
import { textMethod } from "./strings.ts";
import {
  isCallable,
  isDict,
  isLazy,
  isList,
  isNamespace,
  isTuple,
  numberOf,
  present,
  typeName,
  type Value,
} from "./values.ts";

export type Test = Signature<readonly [Value]>;

const plain = (holds: (value: Value) => boolean): Test => ({ parameters: "", call: holds });

const comparison = (operator: string): Test => ({
  parameters: "other",
  call: (self, other) => binary(operator, self, other as Value),
});

function remainder(self: Value, by: bigint): Value {
  return binary("%", self, by);
}

function asText(name: "isupper" | "islower"): Test {
  return plain((value) => {
    const method = typeof value === "string" ? textMethod(value, name) : undefined;
    if (method === undefined) throw new Error(`tests the case of ${typeName(value)}`);
    return present(method.call({ positional: [], named: new Map() })) === true;
  });
}

const EQUAL = comparison("==");
const [LESS, GREATER] = [comparison("<"), comparison(">")];

/** Jinja's tests but `defined` and `undefined`. https://jinja.palletsprojects.com/en/3.1.x/templates/#builtin-tests */
export const TESTS: Readonly<Record<string, Test>> = {
  none: plain((value) => value === null),
  boolean: plain((value) => typeof value === "boolean"),
  true: plain((value) => value === true),
  false: plain((value) => value === false),
  integer: plain((value) => typeof value === "bigint"),
  float: plain((value) => typeof value === "number"),
  number: plain((value) => numberOf(value) !== undefined),
  string: plain((value) => typeof value === "string"),
  mapping: plain(isDict),
  sequence: plain((value) => typeof value === "string" || isList(value) || isTuple(value) || isDict(value)),
  iterable: plain(
    (value) => typeof value === "string" || isList(value) || isTuple(value) || isDict(value) || isLazy(value),
  ),
  callable: plain((value) => isCallable(value) && !isNamespace(value)),
  upper: asText("isupper"),
  lower: asText("islower"),
  odd: plain((value) => remainder(value, 2n) === 1n),
  even: plain((value) => remainder(value, 2n) === 0n),
  divisibleby: { parameters: "num", call: (self, num) => binary("==", binary("%", self, num as Value), 0n) },
  in: { parameters: "seq", call: (self, seq) => contains(seq as Value, self) },
  eq: EQUAL,
  equalto: EQUAL,
  "==": EQUAL,
  ne: comparison("!="),
  "!=": comparison("!="),
  lt: LESS,
  lessthan: LESS,
  "<": LESS,
  gt: GREATER,
  greaterthan: GREATER,
  ">": GREATER,
  le: comparison("<="),
  "<=": comparison("<="),
  ge: comparison(">="),
  ">=": comparison(">="),
};
